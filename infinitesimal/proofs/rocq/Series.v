(** Geometric series: closed form, never at the limit, a modulus of convergence; or no limit. No axioms. *)
Require Import QArith Qabs Lqa Lia Bool.
From Infinitesimal Require Import Limits.
Open Scope Q_scope.

Lemma geometric_rest a r L n : L * (1 - r) == a ->
  L - partial_sum (fun i => a * power r i) n == L * power r n.
Proof.
  intro H. induction n; cbn [partial_sum power]; [ring|].
  setoid_replace (L - (partial_sum (fun i => a * power r i) n + a * power r n))
    with ((L - partial_sum (fun i => a * power r i) n) - a * power r n) by ring.
  rewrite IHn, <- H. ring.
Qed.

Definition geometric_check (a r L : Q) (k : positive) (j : nat) : bool :=
  negb (Qeq_bool a 0) && negb (Qeq_bool r 0) && Qeq_bool (L * (1 - r)) a && decays (Qabs L) r k j.

Theorem geometric_sound a r L k j : geometric_check a r L k j = true ->
  let s := partial_sum (fun i => a * power r i) in
  (forall n, s n == L * (1 - power r n)) /\
  (forall n, ~ s n == L) /\
  converges s L (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intro H. unfold geometric_check in H. apply andb_true_iff in H. destruct H as [H D]. facts.
  assert (R := fun n => geometric_rest a r L n ltac:(assumption)).
  assert (HL : ~ L == 0) by (intro E; match goal with h : ~ a == 0 |- _ => apply h end;
    match goal with h : _ == a |- _ => rewrite <- h, E end; ring).
  cbv zeta. repeat split.
  - intro n. specialize (R n). lra.
  - intros n E. specialize (R n). rewrite E in R.
    assert (Z : L * power r n == 0) by lra.
    apply Qmult_integral in Z. destruct Z as [Z|Z]; [exact (HL Z)|].
    revert Z. apply power_nonzero. assumption.
  - intros m n Hn. rewrite Qabs_Qminus, R, Qabs_Qmult, power_abs.
    apply (decay _ r k j); auto. apply Qabs_nonneg.
Qed.

Definition geometric_diverges_check (a r : Q) : bool := negb (Qeq_bool a 0) && Qle_bool 1 (Qabs r).

Theorem geometric_diverges_sound a r : geometric_diverges_check a r = true ->
  forall L, ~ tends_to (partial_sum (fun i => a * power r i)) L.
Proof.
  intro H. unfold geometric_diverges_check in H. facts.
  apply (no_limit _ (Qabs a)); [apply abs_positive; assumption|]. intro n. cbn [partial_sum].
  setoid_replace (partial_sum (fun i => a * power r i) n + a * power r n
    - partial_sum (fun i => a * power r i) n) with (a * power r n) by ring.
  rewrite Qabs_Qmult, power_abs. assert (P := power_at_least_1 (Qabs r) n ltac:(assumption)).
  assert (A := Qabs_nonneg a). nra.
Qed.
