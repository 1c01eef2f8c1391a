"""How terms behave for n -> oo: germs, expansions with explicit rests, sizes and signs from an index on."""
