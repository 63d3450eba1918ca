"""Every text that is sent to a language model."""
