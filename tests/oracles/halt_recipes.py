"""Classic processes that halt on machines, as text: sums, clocks, descents, iterations, maps and disasters."""

from tests.oracles.halt_judge import Recipe


def sums() -> list[Recipe]:
    """Sums whose addend depends on the number of the update."""
    plain = ["1/n", "1/n**2", "1/n**3", "1/n**4", "1/(n*(n + 1))", "1/(2*n - 1)", "1/(3*n + 2)", "1/(n*n + 1)"]
    plain += ["1/sqrt(n)", "1/(n*sqrt(n))", "n/(n*n + 1)", "3/(4*n*n - 1)", "n"]
    found = [Recipe(f"sum {u}", {"x": f"x + {u}"}, {"x": "0"}) for u in plain]
    found += [Recipe(f"10 less {u}", {"x": f"x - {u}"}, {"x": "10"}) for u in plain[:4]]
    for name, u in (("alternating harmonic", "1/n"), ("Leibniz", "4/(2*n - 1)"), ("Dirichlet eta", "1/n**2")):
        found.append(Recipe(name, {"x": f"x + s*({u})", "s": "-s"}, {"x": "0", "s": "1"}, ("x",)))
    for z in ("1", "-10", "5", "0.5"):
        found.append(Recipe(f"exp({z})", {"x": "x + t", "t": f"t*{z}/n"}, {"x": "0", "t": "1"}, ("x",)))
    sine = {"x": "x + t", "t": "-t*9/((2*n)*(2*n + 1))"}
    found.append(Recipe("sin(3)", sine, {"x": "0", "t": "3"}, ("x",)))
    kahan = {"s": "s + (1/n - c)", "c": "((s + (1/n - c)) - s) - (1/n - c)"}
    found.append(Recipe("compensated harmonic", kahan, {"s": "0", "c": "0"}, ("s",)))
    found.append(Recipe("factorial", {"f": "f*n"}, {"f": "1"}))
    found.append(Recipe("powers over factorials", {"f": "f*10/n"}, {"f": "1"}))
    found.append(Recipe("savings account", {"x": "n*x - 1"}, {"x": "1.71828182845904523536"}))
    found.append(Recipe("integral of x**n/(x + 5)", {"x": "1/n - 5*x"}, {"x": "0.18232155679395462621"}))
    found.append(Recipe("Wallis", {"p": "p*(4*n*n)/(4*n*n - 1)"}, {"p": "2"}))
    found.append(Recipe("Robbins-Monro", {"x": "x - (x - 0.3)/n"}, {"x": "1"}))
    found.append(Recipe("diminishing rate", {"x": "x - 0.5/n*(2*x)"}, {"x": "1"}))
    found.append(Recipe("running mean", {"m": "m + (1 - m)/n"}, {"m": "0"}))
    return found


def clocks() -> list[Recipe]:
    """Counters and geometric sums, which are autonomous."""
    found = [Recipe(f"clock {d}", {"t": f"t + {d}"}, {"t": "0"}) for d in ("1", "0.1", "0.01", "0.25", "0.0333")]
    found += [Recipe(f"countdown {d}", {"t": f"t - {d}"}, {"t": a}) for d, a in (("1", "100"), ("0.1", "1"))]
    for r in ("t/2", "t/10", "0.9*t", "0.5*t", "t/3", "0.99*t", "-0.5*t", "-0.9*t"):
        found.append(Recipe(f"sum of {r}", {"x": "x + t", "t": r}, {"x": "0", "t": "1"}, ("x",)))
    kahan = {"s": "s + (t - c)", "c": "((s + (t - c)) - s) - (t - c)", "t": "t/2"}
    found.append(Recipe("compensated halves", kahan, {"s": "0", "c": "0", "t": "1"}, ("s",)))
    tenths = {"s": "s + (0.1 - c)", "c": "((s + (0.1 - c)) - s) - (0.1 - c)"}
    found.append(Recipe("compensated tenths", tenths, {"s": "0", "c": "0"}, ("s",)))
    for r in ("x/2", "x/10", "0.9*x", "2*x", "1.1*x", "-x/2", "x*x", "x/3", "10*x", "-2*x", "1/x", "-x"):
        found.append(Recipe(f"from 3: {r}", {"x": r}, {"x": "3"}))
    found.append(Recipe("Fibonacci", {"a": "b", "b": "a + b"}, {"a": "0", "b": "1"}))
    found.append(Recipe("Fibonacci falling", {"a": "b", "b": "a - b"}, {"a": "1", "b": "0.6180339887498948482"}))
    found.append(Recipe("golden ratio", {"x": "1 + 1/x"}, {"x": "1"}))
    found.append(Recipe("compound interest", {"x": "x*1.05 - 0.1"}, {"x": "1"}))
    found.append(Recipe("mean of pair", {"a": "(a + b)/2", "b": "b"}, {"a": "0", "b": "1"}))
    found.append(Recipe("bisection to 1/3", {"x": "x + 0.5*(1/3 - x)"}, {"x": "0"}))
    found.append(Recipe("(2*y + 1)/2", {"y": "(2*y + 1)/2"}, {"y": "0"}))
    found.append(Recipe("2*y and back", {"y": "(x*3 - x)/2", "x": "x/3*3.1"}, {"x": "1", "y": "0"}))
    found.append(Recipe("machine epsilon", {"e": "e/2", "w": "(1 + e) - 1"}, {"e": "1", "w": "1"}, ("w",)))
    found.append(Recipe("infinity less infinity", {"x": "x*x - x"}, {"x": "3"}))
    found.append(Recipe("zero by zero", {"x": "x/y", "y": "y - 1"}, {"x": "1", "y": "3"}))
    return found


LOSSES = {
    "quadratic": ("9*x", "5/9"),
    "quadratic off centre": ("9*(x - 1)", "14/9"),
    "flat quadratic": ("x - 0.3", "1"),
    "quartic": ("4*x**3", "1"),
    "double well": ("x**3 - x", "0.5"),
    "double well, other side": ("x*(x*x - 1)", "-1.75"),
    "(x**2 - 2)**2": ("2*(x*x - 2)*(2*x)", "1"),
    "root loss": ("x/sqrt(1 + x*x)", "2"),
}


def descents() -> list[Recipe]:
    """Gradient descents and what is made of them."""
    found = []
    for name, (g, start) in LOSSES.items():
        for rate in ("0.1", "0.01", "0.19") if name != "quartic" else ("0.1", "0.25"):
            found.append(Recipe(f"{name}, rate {rate}", {"x": f"x - {rate}*({g})"}, {"x": start}))
    for r, b in (("0.1", "0.9"), ("0.1", "0.5"), ("0.5", "0.25"), ("0.05", "0.95"), ("3", "0.9")):
        v = f"{b}*v - {r}*x"
        found.append(Recipe(f"momentum {r} {b}", {"v": v, "x": f"x + ({v})"}, {"v": "0", "x": "1"}))
    for r, b in (("0.1", "0.9"), ("0.25", "0.5")):
        z = f"(y - {r}*(y - 0.3))"
        nesterov = {"x": z, "y": f"{z} + {b}*({z} - x)"}
        found.append(Recipe(f"Nesterov {r} {b}", nesterov, {"x": "1", "y": "1"}, ("x",)))
    for r in ("0.9", "0.99", "0.999"):
        found.append(Recipe(f"average {r}", {"v": f"{r}*v + (1 - {r})*1"}, {"v": "0"}))
        found.append(Recipe(f"average by difference {r}", {"v": f"v + (1 - {r})*(1 - v)"}, {"v": "0"}))
    for r in ("0.1", "0.01", "0.001"):
        found.append(Recipe(f"weight decay {r}", {"w": f"w - {r}*w"}, {"w": "1"}))
        found.append(Recipe(f"decay by factor {r}", {"w": f"w*(1 - {r})"}, {"w": "1"}))
    adam = {
        "m": "0.9*m + 0.1*x",
        "v": "0.999*v + 0.001*(x*x)",
        "x": "x - 0.01*(0.9*m + 0.1*x)/(sqrt(0.999*v + 0.001*(x*x)) + 0.00000001)",
    }
    found.append(Recipe("Adam without correction", adam, {"m": "0", "v": "0", "x": "1"}, ("x",)))
    adagrad = {"s": "s + x*x", "x": "x - 0.1*x/sqrt(s + x*x)"}
    found.append(Recipe("Adagrad", adagrad, {"s": "0", "x": "1"}, ("x",)))
    bowl = {"x": "x - 0.1*(2*x + y)", "y": "y - 0.1*(x + 4*y)"}
    found.append(Recipe("bowl in two variables", bowl, {"x": "1", "y": "-1"}))
    rosenbrock = {"x": "x - 0.001*(-2*(1 - x) - 400*x*(y - x*x))", "y": "y - 0.001*(200*(y - x*x))"}
    found.append(Recipe("Rosenbrock", rosenbrock, {"x": "-1", "y": "1"}))
    found.append(Recipe("rate times gradient", {"x": "x - 0.25*(2*x)"}, {"x": "1"}))
    found.append(Recipe("alternating", {"x": "x - 1.9*x"}, {"x": "1"}))
    found.append(Recipe("overshooting", {"x": "x - 2.1*x"}, {"x": "1"}))
    return found


def iterations() -> list[Recipe]:
    """Newton's method and other iterations toward a fixed point."""
    found = []
    for a in ("2", "3", "10", "0.5", "65536"):
        found.append(Recipe(f"Babylonian {a}", {"x": f"(x + {a}/x)/2"}, {"x": "1"}))
        found.append(Recipe(f"Heron {a}", {"x": f"0.5*(x + {a}/x)"}, {"x": a}))
        found.append(Recipe(f"Newton root {a}", {"x": f"x - (x*x - {a})/(2*x)"}, {"x": "1"}))
    for a, start in (("3", "0.3"), ("7", "0.1"), ("10", "0.25"), ("0.7", "1")):
        found.append(Recipe(f"reciprocal {a}", {"x": f"x*(2 - {a}*x)"}, {"x": start}))
        found.append(Recipe(f"reciprocal by residual {a}", {"x": f"x + x*(1 - {a}*x)"}, {"x": start}))
        found.append(Recipe(f"inverse root {a}", {"x": f"x*(1.5 - 0.5*{a}*x*x)"}, {"x": start}))
    found.append(Recipe("cube root of 2", {"x": "x - (x**3 - 2)/(3*x**2)"}, {"x": "1"}))
    found.append(Recipe("Newton's own x**3 - 2*x - 5", {"x": "x - (x**3 - 2*x - 5)/(3*x**2 - 2)"}, {"x": "2"}))
    found.append(Recipe("Newton that cycles", {"x": "x - (x**3 - 2*x + 2)/(3*x**2 - 2)"}, {"x": "0"}))
    found.append(Recipe("Newton without roots", {"x": "(x - 1/x)/2"}, {"x": "0.7"}))
    found.append(Recipe("Newton at a double root", {"x": "x - (x - 1)*(x - 1)/(2*(x - 1))"}, {"x": "2"}))
    secant = {"x": "x - (x*x - 2)*(x - y)/((x*x - 2) - (y*y - 2))", "y": "x"}
    found.append(Recipe("secant", secant, {"x": "1", "y": "2"}, ("x",)))
    found.append(Recipe("Muller", {"u": "111 - 1130/u + 3000/(u*v)", "v": "u"}, {"u": "-4", "v": "2"}, ("u",)))
    kahan = {"u": "108 - (815 - 1500/v)/u", "v": "u"}
    found.append(Recipe("Kahan and Muller", kahan, {"u": "4.25", "v": "4"}, ("u",)))
    found.append(Recipe("22 by a third", {"u": "v", "v": "2.25*v - 0.5*u"}, {"u": "1/3", "v": "1/12"}))
    pi = {"t": "(sqrt(t*t + 1) - 1)/t", "k": "2*k", "p": "k*((sqrt(t*t + 1) - 1)/t)"}
    start = {"t": "0.57735026918962576451", "k": "12", "p": "0"}
    found.append(Recipe("Archimedes, cancelling", pi, start, ("p",)))
    pi = {"t": "t/(sqrt(t*t + 1) + 1)", "k": "2*k", "p": "k*(t/(sqrt(t*t + 1) + 1))"}
    found.append(Recipe("Archimedes, stable", pi, start, ("p",)))
    vieta = {"a": "sqrt(2 + a)", "p": "p*2/sqrt(2 + a)"}
    found.append(Recipe("Viete", vieta, {"a": "0", "p": "2"}, ("p",)))
    found.append(Recipe("AGM", {"a": "(a + b)/2", "b": "sqrt(a*b)"}, {"a": "1", "b": "0.70710678118654752440"}))
    found.append(Recipe("AGM 1 24", {"a": "(a + b)/2", "b": "sqrt(a*b)"}, {"a": "24", "b": "1"}))
    found.append(Recipe("harmonic mean", {"a": "(a + b)/2", "b": "2*a*b/(a + b)"}, {"a": "1", "b": "2"}))
    found.append(Recipe("nested roots", {"x": "sqrt(1 + x)"}, {"x": "1"}))
    found.append(Recipe("roots of 100", {"x": "sqrt(x)"}, {"x": "100"}))
    found.append(Recipe("roots of 0.01", {"x": "sqrt(x)"}, {"x": "0.01"}))
    found.append(Recipe("roots and squares", {"x": "sqrt(x)*sqrt(x)"}, {"x": "10"}))
    found.append(
        Recipe("Pell", {"a": "a + 2*b", "b": "a + b", "r": "(a + 2*b)/(a + b)"}, dict.fromkeys("abr", "1"), ("r",))
    )
    for f in (
        "cos(x)",
        "exp(-x)",
        "sin(x)",
        "atan(x)",
        "tanh(x)",
        "exp(x) - 1",
        "log(1 + x)",
        "x - (exp(x) - 2)/exp(x)",
    ):
        found.append(Recipe(f"fixed point of {f}", {"x": f}, {"x": "1"}))
    rump = "333.75*b**6 + a**2*(11*a**2*b**2 - b**6 - 121*b**4 - 2) + 5.5*b**8 + a/(2*b)"
    found.append(Recipe("Rump", {"x": rump, "a": "a", "b": "b"}, {"x": "0", "a": "77617", "b": "33096"}, ("x",)))
    return found


def maps() -> list[Recipe]:
    """Maps that wander, on formats where every wandering ends soon."""
    found = []
    for r in ("3.2", "3.5", "3.5699456", "3.83", "3.9", "4"):
        found.append(Recipe(f"logistic {r}, a", {"x": f"{r}*x*(1 - x)"}, {"x": "0.3"}))
        found.append(Recipe(f"logistic {r}, b", {"x": f"{r}*(x*(1 - x))"}, {"x": "0.3"}))
        found.append(Recipe(f"logistic {r}, c", {"x": f"{r}*x - {r}*x*x"}, {"x": "0.3"}))
    found.append(Recipe("tent", {"x": "1 - abs(1 - 2*x)"}, {"x": "0.3"}))
    found.append(Recipe("tent 1.9", {"x": "1.9*(0.5 - abs(x - 0.5))"}, {"x": "0.3"}))
    found.append(Recipe("quadratic map", {"x": "x*x - 1.9"}, {"x": "0.3"}))
    found.append(Recipe("Mandelbrot", {"x": "x*x - 0.75"}, {"x": "0"}))
    found.append(Recipe("Henon", {"x": "1 - 1.4*x*x + y", "y": "0.3*x"}, {"x": "0", "y": "0"}))
    found.append(Recipe("rotation", {"x": "0.8*x - 0.6*y", "y": "0.6*x + 0.8*y"}, {"x": "1", "y": "0"}))
    found.append(Recipe("oscillator", {"x": "x + 0.125*v", "v": "v - 0.125*x"}, {"x": "1", "v": "0"}))
    return found


RECIPES = (*sums(), *clocks(), *descents(), *iterations(), *maps())
