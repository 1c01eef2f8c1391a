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

(** * The update at which a tolerance is met *)

(** Powers between bounds with so many bits after the point, by repeated squaring: also for millions of steps. *)
Definition rounded_up (bits : positive) (x : Q) : Q :=
  let B := (2 ^ bits)%positive in (- (- (Qnum x * Zpos B) / Zpos (Qden x)))%Z # B.
Definition rounded_down (bits : positive) (x : Q) : Q :=
  let B := (2 ^ bits)%positive in (Qnum x * Zpos B / Zpos (Qden x))%Z # B.

Fixpoint power_by (round : Q -> Q) (r : Q) (p : positive) : Q :=
  match p with
  | xH => round r
  | xO q => let u := power_by round r q in round (u * u)
  | xI q => let u := power_by round r q in round (u * u * r)
  end.

Lemma rounded_up_above bits x : x <= rounded_up bits x.
Proof.
  unfold rounded_up, Qle. cbn [Qnum Qden]. set (B := (2 ^ bits)%positive).
  assert (H := Z.mul_div_le (- (Qnum x * Zpos B)) (Zpos (Qden x)) ltac:(lia)). lia.
Qed.

Lemma rounded_down_below bits x : rounded_down bits x <= x.
Proof.
  unfold rounded_down, Qle. cbn [Qnum Qden]. set (B := (2 ^ bits)%positive).
  assert (H := Z.mul_div_le (Qnum x * Zpos B) (Zpos (Qden x)) ltac:(lia)). lia.
Qed.

Lemma rounded_down_nonnegative bits x : 0 <= x -> 0 <= rounded_down bits x.
Proof.
  unfold rounded_down, Qle. cbn [Qnum Qden]. intro H. rewrite Z.mul_1_r in *. cbn [Z.mul] in *.
  apply Z.div_pos; lia.
Qed.

Lemma power_split r p : power r (Pos.to_nat p~0) == power r (Pos.to_nat p) * power r (Pos.to_nat p) /\
  power r (Pos.to_nat p~1) == power r (Pos.to_nat p) * power r (Pos.to_nat p) * r.
Proof.
  rewrite Pos2Nat.inj_xO, Pos2Nat.inj_xI. cbn [power].
  replace (2 * Pos.to_nat p)%nat with (Pos.to_nat p + Pos.to_nat p)%nat by lia. rewrite power_sum. split; ring.
Qed.

Lemma square_between a b : 0 <= a -> a <= b -> a * a <= b * b.
Proof. nra. Qed.

Lemma power_by_above bits r p : 0 <= r -> power r (Pos.to_nat p) <= power_by (rounded_up bits) r p.
Proof.
  intro H. induction p; cbn [power_by]; cbv zeta; [| |change (Pos.to_nat 1) with 1%nat; cbn [power];
    rewrite Qmult_1_r; apply rounded_up_above]; (eapply Qle_trans; [|apply rounded_up_above]);
    destruct (power_split r p) as [E F]; assert (S := square_between _ _ (power_nonnegative r (Pos.to_nat p) H) IHp).
  - rewrite F. apply Qmult_le_compat_r; assumption.
  - rewrite E. exact S.
Qed.

Lemma power_by_below bits r p : 0 <= r ->
  0 <= power_by (rounded_down bits) r p /\ power_by (rounded_down bits) r p <= power r (Pos.to_nat p).
Proof.
  intro H. induction p; cbn [power_by]; cbv zeta.
  - destruct IHp as [I1 I2]. destruct (power_split r p) as [_ F]. set (u := power_by (rounded_down bits) r p) in *.
    split; [apply rounded_down_nonnegative, Qmult_le_0_compat; [apply Qmult_le_0_compat; assumption|exact H]|].
    eapply Qle_trans; [apply rounded_down_below|]. rewrite F. apply Qmult_le_compat_r; [|exact H].
    apply square_between; assumption.
  - destruct IHp as [I1 I2]. destruct (power_split r p) as [E _]. set (u := power_by (rounded_down bits) r p) in *.
    split; [apply rounded_down_nonnegative, Qmult_le_0_compat; assumption|].
    eapply Qle_trans; [apply rounded_down_below|]. rewrite E. apply square_between; assumption.
  - change (Pos.to_nat 1) with 1%nat. cbn [power]. rewrite Qmult_1_r.
    split; [apply rounded_down_nonnegative; exact H|apply rounded_down_below].
Qed.

(** The steps before N are longer than the tolerance, and from N on they are not. *)
Definition tolerance_check (bits : positive) (c r x0 tolerance : Q) (N : positive) : bool :=
  let first := Qabs ((x0 - c) * (r - 1)) in
  Qle_bool (Qabs r) 1 && Qle_bool (first * power_by (rounded_up bits) (Qabs r) N) tolerance &&
  negb (Qle_bool (first * match N with xH => 1 | _ => power_by (rounded_down bits) (Qabs r) (Pos.pred N) end) tolerance).

Lemma affine_length step c r x0 n : affine step c r ->
  Qabs (Nat.iter (S n) step x0 - Nat.iter n step x0) == Qabs ((x0 - c) * (r - 1)) * power (Qabs r) n.
Proof.
  intro A. rewrite !(affine_closed _ _ _ _ _ A), <- power_abs, <- Qabs_Qmult. cbn [power].
  setoid_replace (c + r * power r n * (x0 - c) - (c + power r n * (x0 - c)))
    with ((x0 - c) * (r - 1) * power r n) by ring.
  reflexivity.
Qed.

Theorem tolerance_sound step bits c r x0 tolerance N :
  affine step c r -> tolerance_check bits c r x0 tolerance N = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall n, (n < Pos.to_nat N)%nat -> tolerance < Qabs (x (S n) - x n)) /\
  (forall n, (Pos.to_nat N <= n)%nat -> Qabs (x (S n) - x n) <= tolerance).
Proof.
  intros A H. unfold tolerance_check in H. cbv zeta in H. facts. cbv zeta.
  assert (F := fun n m => power_falls (Qabs r) n m (Qabs_nonneg r) ltac:(assumption)).
  set (first := Qabs ((x0 - c) * (r - 1))) in *. assert (P : 0 <= first) by apply Qabs_nonneg.
  assert (L : match N with xH => 1 | _ => power_by (rounded_down bits) (Qabs r) (Pos.pred N) end
    <= power (Qabs r) (pred (Pos.to_nat N))).
  { destruct (Pos.eq_dec N 1) as [->|E]; [apply Qle_refl|].
    destruct (power_by_below bits (Qabs r) (Pos.pred N) (Qabs_nonneg r)) as [_ B].
    rewrite Pos2Nat.inj_pred in B by lia. destruct N; [exact B|exact B|contradiction]. }
  assert (U := power_by_above bits (Qabs r) N (Qabs_nonneg r)).
  split; intros n Hn; rewrite (affine_length _ _ _ _ _ A); fold first.
  - match goal with h : tolerance < _ |- _ => eapply Qlt_le_trans; [exact h|] end.
    rewrite !(Qmult_comm first). apply Qmult_le_compat_r; [|exact P]. eapply Qle_trans; [exact L|]. apply F. lia.
  - match goal with h : _ <= tolerance |- _ => eapply Qle_trans; [|exact h] end.
    rewrite !(Qmult_comm first). apply Qmult_le_compat_r; [|exact P]. eapply Qle_trans; [|exact U]. apply F. lia.
Qed.
