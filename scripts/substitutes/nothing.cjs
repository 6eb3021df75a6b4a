// In the place of a package that isn't needed.
