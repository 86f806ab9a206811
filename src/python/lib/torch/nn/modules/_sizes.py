# An int where a size for each dimension is wanted.
def single(x):
    return x if isinstance(x, (list, tuple)) else (x,)


def pair(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x)


def triple(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x, x)


def quadruple(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x, x, x)


def sextuple(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x, x, x, x, x)
