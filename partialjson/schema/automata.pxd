# Compiled as it is: its time goes into lookups, which types would not make quicker.
