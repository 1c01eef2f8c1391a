"""Straight-line programs: terms as numbered registers, one instruction for one operation.

A program shares equal subterms, which changes no bit: the operations are functions. It can be
executed in any arithmetic, traced operation by operation, and written as Python source.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from infinitesimal.arithmetic import Element, Operations
from infinitesimal.terms.term import OPERATIONS, Apply, Const, Term, Var, exponent_of, function_of, postorder


class Instruction(NamedTuple):
    """`operation` on the registers `operands`; `exponent` for a power."""

    operation: str
    operands: tuple[int, ...]
    exponent: int = 0


class Program(NamedTuple):
    """Registers hold the inputs, then the constants, then one result for each instruction."""

    inputs: tuple[str, ...]
    constants: tuple[Fraction, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    @property
    def first_result(self) -> int:
        """The register of the first instruction's result."""
        return len(self.inputs) + len(self.constants)

    def lowered(self) -> "Program":
        """The same program with every power written as its left-to-right products."""
        moved = list(range(self.first_result))
        constants = self.constants
        instructions: list[Instruction] = []
        if any(i.operation == "pow" and i.exponent <= 0 for i in self.instructions):
            constants = (*constants, Fraction(1))
        one = len(self.inputs) + len(constants) - 1
        base = len(self.inputs) + len(constants)

        def emit(operation: str, *operands: int) -> int:
            instructions.append(Instruction(operation, operands))
            return base + len(instructions) - 1

        for instruction in self.instructions:
            args = tuple(moved[i] for i in instruction.operands)
            if instruction.operation != "pow":
                moved.append(emit(instruction.operation, *args))
                continue
            k, result = instruction.exponent, args[0]
            for _ in range(abs(k) - 1):
                result = emit("mul", result, args[0])
            moved.append(one if k == 0 else result if k > 0 else emit("div", one, result))
        return Program(self.inputs, constants, tuple(instructions), tuple(moved[i] for i in self.outputs))

    def cone(self, register: int) -> list[int]:
        """The instructions that the value of a register depends on, in the order of the program."""
        wanted, found = {register}, []
        for position in range(len(self.instructions) - 1, -1, -1):
            if self.first_result + position in wanted:
                wanted.update(self.instructions[position].operands)
                found.append(position)
        return found[::-1]

    def registers(self, operations: Operations, inputs: Sequence[Element]) -> list[Element]:
        """Every register after the program has run on `inputs`."""
        registers = [*inputs, *(operations.const(value) for value in self.constants)]
        for instruction in self.instructions:
            args = [registers[i] for i in instruction.operands]
            if instruction.operation not in OPERATIONS:
                registers.append(function_of(operations, instruction.operation)(instruction.operation, *args))
                continue
            operation = getattr(operations, instruction.operation)
            registers.append(
                operation(*args, instruction.exponent) if instruction.operation == "pow" else operation(*args)
            )
        return registers

    def execute(self, operations: Operations, inputs: Sequence[Element]) -> tuple[Element, ...]:
        """The outputs of the program on `inputs`."""
        registers = self.registers(operations, inputs)
        return tuple(registers[i] for i in self.outputs)


def compile_terms(terms: Sequence[Term], inputs: Sequence[str]) -> Program:
    """The program that computes `terms` from variables named `inputs`, in that order."""
    nodes: dict[Term, int] = {Var(name): i for i, name in enumerate(inputs)}
    order: list[Term] = []
    for term in terms:
        for node in postorder(term):
            if node not in nodes:
                order.append(node)
                nodes[node] = -1
    constants = [node for node in order if isinstance(node, Const)]
    for i, node in enumerate(constants):
        nodes[node] = len(inputs) + i
    instructions: list[Instruction] = []
    for node in order:
        if isinstance(node, Apply):
            power = node.operation == "pow"
            args = node.args[:1] if power else node.args
            instructions.append(
                Instruction(node.operation, tuple(nodes[a] for a in args), exponent_of(node) if power else 0)
            )
            nodes[node] = len(inputs) + len(constants) + len(instructions) - 1
    values = tuple(node.value for node in constants if isinstance(node, Const))
    return Program(tuple(inputs), values, tuple(instructions), tuple(nodes[t] for t in terms))


def source(
    program: Program, names: Sequence[str], infix: Mapping[str, str], indent: str
) -> tuple[list[str], list[str]]:
    """Lines of Python that run `program`, and the expressions of its outputs.

    `names` are the Python names of the inputs; constants are named `c0, c1, ...`, and operations
    that `infix` lacks are called by their own names, functions as `function("exp", ...)`. Single-use results
    are written in place, so the source is as fast as code written by hand. No text of a user gets into it.
    """
    uses = [0] * (program.first_result + len(program.instructions))
    for instruction in program.instructions:
        for i in instruction.operands:
            uses[i] += 1
    for i in program.outputs:
        uses[i] += 1
    expressions = [*names, *(f"c{i}" for i in range(len(program.constants)))]
    depth = [0] * len(expressions)
    lines: list[str] = []
    for instruction in program.instructions:
        register = len(expressions)
        text = _expression(instruction, [expressions[i] for i in instruction.operands], infix)
        level = 1 + max((depth[i] for i in instruction.operands), default=0)
        if uses[register] != 1 or level > 20:  # what nothing uses is computed too: it may have no value
            lines.append(f"{indent}r{register} = {text}")
            text, level = f"r{register}", 0
        expressions.append(text)
        depth.append(level)
    return lines, [expressions[i] for i in program.outputs]


def _expression(instruction: Instruction, args: list[str], infix: Mapping[str, str]) -> str:
    operation = instruction.operation
    if operation == "pow":
        return f"pow({args[0]}, {instruction.exponent})"
    if operation in infix:
        sign = infix[operation]
        return f"({sign}{args[0]})" if operation == "neg" else f"({args[0]} {sign} {args[1]})"
    if operation not in OPERATIONS:
        return f"function({', '.join([repr(operation), *args])})"
    return f"{operation}({', '.join(args)})"
