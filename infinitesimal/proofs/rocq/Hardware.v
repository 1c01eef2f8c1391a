(** Long runs in binary64, repeated by the floats of the processor, which the kernel has as primitive operations, and
    carried over to the specification of the standard library.

    A theorem proved with this file is still about the specification. It rests on the kernel's primitive floats and
    63-bit integers, and on the standard library's axioms that these compute what is specified (FloatAxioms). *)
Require Import ZArith NArith Bool SpecFloat.
Require PrimFloat FloatOps FloatAxioms.
From Infinitesimal Require Import Machines.
Open Scope N_scope.

Definition injective {A B} (h : A -> B) : Prop := forall x y, h x = h y -> x = y.

(** States of several floats, read one by one. *)
Definition both {A B C D} (a : A -> C) (b : B -> D) (s : A * B) : C * D := (a (fst s), b (snd s)).

Lemma both_injective {A B C D} (a : A -> C) (b : B -> D) : injective a -> injective b -> injective (both a b).
Proof. intros Ha Hb [x y] [z w] E. unfold both in E. injection E as E1 E2. f_equal; auto. Qed.

Lemma float_injective : injective FloatOps.Prim2SF.
Proof. exact FloatAxioms.Prim2SF_inj. Qed.

(** [h] reads a state of the processor, [back] finds one that is read as a given one. *)
Section Transfer.
  Context {A B : Type} (h : A -> B) (back : B -> A) (f : A -> A) (g : B -> B).
  Context (same : forall x, h (f x) = g (h x)) (apart : injective h).

  Lemma after_same x n : h (after f x n) = after g (h x) n.
  Proof. induction n using N.peano_ind; [reflexivity|]. rewrite !after_succ, same, IHn. reflexivity. Qed.

  Lemma decides_through eqb : decides eqb -> decides (fun x y => eqb (h x) (h y)).
  Proof. intros D x y. rewrite (D (h x) (h y)). split; [apply apart|congruence]. Qed.

  Theorem halts_by_hardware eqb x n v : decides eqb -> h (back x) = x -> h (back v) = v ->
    halts_check f (fun s t => eqb (h s) (h t)) (back x) n (back v) = true -> arrives g (fun s => s) x n v.
  Proof.
    intros D X V H. apply (halts_sound _ _ _ _ _ (decides_through _ D)) in H. destruct H as [H1 H2].
    split; intros m Hm; rewrite <- X, <- after_same.
    - rewrite <- V. intro E. apply apart in E. exact (H1 m Hm E).
    - rewrite (H2 m Hm). exact V.
  Qed.

  Theorem arrives_by_hardware {C} eqb (eqb' : C -> C -> bool) watch x n more v :
    decides eqb -> decides eqb' -> h (back x) = x ->
    arrives_check f (fun s t => eqb (h s) (h t)) eqb' (fun s => watch (h s)) (back x) n more v = true ->
    arrives g watch x n v.
  Proof.
    intros D D' X H. apply (arrives_sound _ _ _ _ _ _ _ _ (decides_through _ D) D') in H.
    destruct H as [H1 H2]. split; intros m Hm; rewrite <- X, <- after_same; auto.
  Qed.

  Theorem cycles_by_hardware eqb x tail p : decides eqb -> h (back x) = x ->
    cycles_check f (fun s t => eqb (h s) (h t)) (back x) tail p = true -> cycles g x tail p.
  Proof.
    intros D X H. apply (cycles_sound _ _ _ _ _ (decides_through _ D)) in H. destruct H as [H1 [H2 H3]].
    repeat split; intros; rewrite <- X, <- !after_same.
    - rewrite H1; auto.
    - intro E. apply apart in E. exact (H2 _ H E).
    - intro E. apply apart in E. exact (H3 _ _ H H0 E).
  Qed.
End Transfer.

(** That an update of the processor is the specified one: by the axioms, operation by operation. [constants] rewrites
    its constants to those of the specification. *)
Ltac same_update reading hardware update constants :=
  intros; repeat match goal with s : (_ * _)%type |- _ => destruct s end;
  cbv beta iota zeta delta [reading hardware update both fst snd];
  repeat first [rewrite FloatAxioms.add_spec|rewrite FloatAxioms.sub_spec|rewrite FloatAxioms.mul_spec
    |rewrite FloatAxioms.div_spec|rewrite FloatAxioms.opp_spec];
  constants; reflexivity.
