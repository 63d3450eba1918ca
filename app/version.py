"""The program's version; a test compares it with the project file."""

VERSION = "0.1.0"
