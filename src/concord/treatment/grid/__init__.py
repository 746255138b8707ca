"""The tables of a draft as a grid: what a column takes, cells in words and back, what is found."""
