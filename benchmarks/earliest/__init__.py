"""How early the verdict is: damaged documents, an oracle for their earliest byte, and a judge."""
