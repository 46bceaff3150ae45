"""Messages in, text fragments out: what each provider sends."""
