"""FEEL: lexer, parser, values, evaluation and the built-in functions."""
