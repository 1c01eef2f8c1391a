(** Descents with a step that is affine about c, x -> c + r (x - c): those on quadratic losses. No axioms.

    The step is given as it is written; that it is affine is a hypothesis, proved by [field] in each certificate. *)
Require Import QArith Qabs Lqa Lia Bool.
From Infinitesimal Require Import Limits.
Open Scope Q_scope.

Definition affine (step : Q -> Q) (c r : Q) : Prop := forall x, step x == c + r * (x - c).

(** Proves [affine] for a defined step made of + - * and / by numbers. *)
Ltac affine_step step := intro; unfold step; first [ring | field; repeat split; compare].

Lemma affine_closed step c r x0 n : affine step c r -> Nat.iter n step x0 == c + power r n * (x0 - c).
Proof.
  unfold affine. intro H. induction n; [cbn [Nat.iter nat_rect power]; ring|].
  change (Nat.iter (S n) step x0) with (step (Nat.iter n step x0)). cbn [power]. rewrite H, IHn. ring.
Qed.

Definition affine_check (c r x0 : Q) (k : positive) (j : nat) : bool :=
  negb (Qeq_bool r 0) && negb (Qeq_bool x0 c) && decays (Qabs (x0 - c)) r k j.

Theorem affine_sound step c r x0 k j : affine step c r -> affine_check c r x0 k j = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall n, x n == c + power r n * (x0 - c)) /\
  (forall n, ~ x n == c) /\
  converges x c (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intros A H. unfold affine_check in H. apply andb_true_iff in H. destruct H as [H D]. facts.
  cbv zeta. repeat split.
  - intro n. apply affine_closed. exact A.
  - intros n E. rewrite (affine_closed _ _ _ _ _ A) in E.
    assert (Z : power r n * (x0 - c) == 0) by lra.
    apply Qmult_integral in Z. destruct Z as [Z|Z].
    + revert Z. apply power_nonzero. assumption.
    + match goal with h : ~ x0 == c |- _ => apply h end. lra.
  - intros m n Hn. rewrite (affine_closed _ _ _ _ _ A).
    setoid_replace (c + power r n * (x0 - c) - c) with ((x0 - c) * power r n) by ring.
    rewrite Qabs_Qmult, power_abs. apply (decay _ r k j); auto. apply Qabs_nonneg.
Qed.

Definition affine_diverges_check (c r x0 : Q) : bool :=
  Qle_bool 1 (Qabs r) && negb (Qeq_bool r 1) && negb (Qeq_bool x0 c).

Theorem affine_diverges_sound step c r x0 : affine step c r -> affine_diverges_check c r x0 = true ->
  forall L, ~ tends_to (fun n => Nat.iter n step x0) L.
Proof.
  intros A H. unfold affine_diverges_check in H. facts.
  assert (N : ~ (x0 - c) * (r - 1) == 0).
  { intro E. apply Qmult_integral in E. destruct E as [E|E].
    - match goal with h : ~ x0 == c |- _ => apply h end. lra.
    - match goal with h : ~ r == 1 |- _ => apply h end. lra. }
  apply (no_limit _ (Qabs ((x0 - c) * (r - 1)))); [apply abs_positive; exact N|]. intro n.
  rewrite !(affine_closed _ _ _ _ _ A). cbn [power].
  setoid_replace (c + r * power r n * (x0 - c) - (c + power r n * (x0 - c)))
    with ((x0 - c) * (r - 1) * power r n) by ring.
  rewrite (Qabs_Qmult _ (power r n)), power_abs.
  assert (P := power_at_least_1 (Qabs r) n ltac:(assumption)).
  assert (B := Qabs_nonneg ((x0 - c) * (r - 1))). nra.
Qed.

(** The steps before N are longer than the tolerance, and from N on they are not. *)
Definition tolerance_check (c r x0 tolerance : Q) (N : positive) : bool :=
  Qle_bool (Qabs r) 1 &&
  Qle_bool (Qabs ((x0 - c) * (r - 1)) * power (Qabs r) (Pos.to_nat N)) tolerance &&
  negb (Qle_bool (Qabs ((x0 - c) * (r - 1)) * power (Qabs r) (pred (Pos.to_nat N))) tolerance).

Lemma affine_length step c r x0 n : affine step c r ->
  Qabs (Nat.iter (S n) step x0 - Nat.iter n step x0) == Qabs ((x0 - c) * (r - 1)) * power (Qabs r) n.
Proof.
  intro A. rewrite !(affine_closed _ _ _ _ _ A), <- power_abs, <- Qabs_Qmult. cbn [power].
  setoid_replace (c + r * power r n * (x0 - c) - (c + power r n * (x0 - c)))
    with ((x0 - c) * (r - 1) * power r n) by ring.
  reflexivity.
Qed.

Theorem tolerance_sound step c r x0 tolerance N :
  affine step c r -> tolerance_check c r x0 tolerance N = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall n, (n < Pos.to_nat N)%nat -> tolerance < Qabs (x (S n) - x n)) /\
  (forall n, (Pos.to_nat N <= n)%nat -> Qabs (x (S n) - x n) <= tolerance).
Proof.
  intros A H. unfold tolerance_check in H. facts. cbv zeta.
  assert (F := fun n m => power_falls (Qabs r) n m (Qabs_nonneg r) ltac:(assumption)).
  assert (P := Qabs_nonneg ((x0 - c) * (r - 1))).
  split; intros n Hn; rewrite (affine_length _ _ _ _ _ A).
  - match goal with h : tolerance < _ |- _ => eapply Qlt_le_trans; [exact h|] end.
    rewrite !(Qmult_comm (Qabs ((x0 - c) * (r - 1)))). apply Qmult_le_compat_r; [apply F; lia|exact P].
  - match goal with h : _ <= tolerance |- _ => eapply Qle_trans; [|exact h] end.
    rewrite !(Qmult_comm (Qabs ((x0 - c) * (r - 1)))). apply Qmult_le_compat_r; [apply F; lia|exact P].
Qed.
