(** Descents with the step x - r (x - c)^3, those on (x - c)^4: they tend to c, but only like 1/sqrt n. No axioms.

    The step is given as it is written; that it is this cubic is a hypothesis, proved by [ring] in each certificate. *)
Require Import QArith Qabs Lqa Lia ZArith Bool.
From Infinitesimal Require Import Limits Polynomials.
Open Scope Q_scope.

Definition cubic (step : Q -> Q) (c r : Q) : Prop :=
  forall x, step x - c == (x - c) * (1 - r * ((x - c) * (x - c))).

(** Proves [cubic] for a defined step made of + - * and / by numbers. *)
Ltac cubic_step step := intro; unfold step; first [ring | field; repeat split; compare].

Lemma square_nonnegative x : 0 <= x * x.
Proof. destruct (Qlt_le_dec x 0); nra. Qed.

(** With z = r y^2 in [0, 1]: (1 - z)^2 (1 + 2 z) <= 1, as 1 minus it is z^2 (3 - 2 z). *)
Lemma cubic_square z : 0 <= z -> z <= 1 -> (1 - z) * (1 - z) * (1 + 2 * z) <= 1.
Proof.
  intros H0 H1. assert (S := square_nonnegative z).
  assert (E : 1 - (1 - z) * (1 - z) * (1 + 2 * z) == z * z * (3 - 2 * z)) by ring.
  assert (0 <= z * z * (3 - 2 * z)) by (apply Qmult_le_0_compat; [exact S|lra]). lra.
Qed.

Section Cubic.
  Variables (step : Q -> Q) (c r x0 : Q).
  Hypothesis shape : cubic step c r.
  Hypothesis rate : 0 < r.
  Hypothesis small : r * ((x0 - c) * (x0 - c)) <= 1.
  Let away (n : nat) : Q := Nat.iter n step x0 - c.
  Let first : Q := (x0 - c) * (x0 - c).

  Lemma away_next n : away (S n) == away n * (1 - r * (away n * away n)).
  Proof. unfold away. change (Nat.iter (S n) step x0) with (step (Nat.iter n step x0)). apply shape. Qed.

  Lemma away_bound n : away n * away n * (1 + 2 * r * number n * first) <= first /\ away n * away n <= first.
  Proof.
    induction n.
    - unfold away, first. cbn [Nat.iter nat_rect]. change (number 0) with 0. split; [|lra].
      setoid_replace ((x0 - c) * (x0 - c) * (1 + 2 * r * 0 * ((x0 - c) * (x0 - c))))
        with ((x0 - c) * (x0 - c)) by ring. lra.
    - destruct IHn as [I1 I2]. rewrite away_next, number_next. set (y := away n) in *.
      assert (Y := square_nonnegative y). assert (F : 0 <= first) by apply square_nonnegative.
      assert (N := number_nonnegative n).
      set (z := r * (y * y)). assert (Z0 : 0 <= z) by (apply Qmult_le_0_compat; lra).
      assert (Z1 : z <= 1).
      { unfold z. apply Qle_trans with (r * first); [|exact small].
        rewrite !(Qmult_comm r). apply Qmult_le_compat_r; lra. }
      assert (S1 := square_nonnegative (1 - z)). assert (S2 := cubic_square z Z0 Z1).
      assert (S3 : (1 - z) * (1 - z) <= 1) by nra.
      split.
      + setoid_replace (y * (1 - z) * (y * (1 - z)) * (1 + 2 * r * (number n + 1) * first))
          with ((1 - z) * (1 - z) * (y * y * (1 + 2 * r * number n * first)) + (1 - z) * (1 - z) * (2 * z) * first)
          by (unfold z; ring).
        assert (A : (1 - z) * (1 - z) * (y * y * (1 + 2 * r * number n * first)) <= (1 - z) * (1 - z) * first).
        { rewrite !(Qmult_comm ((1 - z) * (1 - z))). apply Qmult_le_compat_r; assumption. }
        assert (B : (1 - z) * (1 - z) * (1 + 2 * z) * first <= 1 * first) by (apply Qmult_le_compat_r; assumption).
        lra.
      + setoid_replace (y * (1 - z) * (y * (1 - z))) with ((1 - z) * (1 - z) * (y * y)) by ring.
        assert (A : (1 - z) * (1 - z) * (y * y) <= 1 * (y * y)) by (apply Qmult_le_compat_r; assumption). lra.
  Qed.

  (** y^2 (2 r n) <= 1 *)
  Lemma away_slow n : away n * away n * (2 * r * number n) <= 1.
  Proof.
    destruct (away_bound n) as [A _]. set (y := away n) in *. assert (Y := square_nonnegative y).
    assert (N := number_nonnegative n). assert (F : 0 <= first) by apply square_nonnegative.
    destruct (Qlt_le_dec 0 first) as [P|P].
    - apply Qmult_lt_0_le_reg_r with first; [exact P|]. nra.
    - assert (y * y <= 0) by (destruct (away_bound n) as [_ B]; unfold y; lra).
      assert (E : y * y == 0) by lra. rewrite E. lra.
  Qed.

  Lemma away_never : ~ x0 == c -> r * first < 1 -> forall n, ~ away n == 0.
  Proof.
    intros H L n. induction n.
    - unfold away. cbn [Nat.iter nat_rect]. intro E. apply H. lra.
    - rewrite away_next. intro E. apply Qmult_integral in E. destruct E as [E|E]; [exact (IHn E)|].
      destruct (away_bound n) as [_ B]. set (y := away n) in *.
      assert (r * (y * y) <= r * first) by (rewrite !(Qmult_comm r); apply Qmult_le_compat_r; lra). lra.
  Qed.

  (** From K 4^m on, with 1 <= 2 r K, the distance is at most 2^-m. *)
  Lemma away_small K m n : 1 <= 2 * r * number K -> (K * 4 ^ m <= n)%nat -> Qabs (away n) <= power (1 # 2) m.
  Proof.
    intros HK Hn. assert (A := away_slow n). apply number_grows in Hn.
    assert (G : number (K * 4 ^ m) == number K * (power 2 m * power 2 m)).
    { unfold number. rewrite Nat2Z.inj_mul, inject_Z_mult.
      assert (P : forall k, inject_Z (Z.of_nat (4 ^ k)) == power 2 k * power 2 k).
      { induction k; [reflexivity|]. rewrite Nat.pow_succ_r', Nat2Z.inj_mul, inject_Z_mult, IHk. cbn [power].
        change (inject_Z (Z.of_nat 4)) with 4. ring. }
      rewrite P. reflexivity. }
    rewrite G in Hn. set (y := away n) in *. assert (Y := square_nonnegative y).
    assert (W := power_positive 2 m eq_refl). assert (V := power_positive (1 # 2) m eq_refl).
    assert (E := power_2_half m). set (w := power 2 m) in *. set (v := power (1 # 2) m) in *.
    assert (B : y * y * (w * w) <= 1).
    { apply Qle_trans with (y * y * (2 * r * number n)); [|exact A].
      rewrite !(Qmult_comm (y * y)). apply Qmult_le_compat_r; [|exact Y].
      assert (0 <= w * w) by apply square_nonnegative.
      apply Qle_trans with (2 * r * (number K * (w * w))).
      - setoid_replace (2 * r * (number K * (w * w))) with (2 * r * number K * (w * w)) by ring.
        setoid_replace (w * w) with (1 * (w * w)) at 1 by ring. apply Qmult_le_compat_r; assumption.
      - rewrite !(Qmult_comm (2 * r)). apply Qmult_le_compat_r; lra. }
    destruct (Qlt_le_dec v (Qabs y)) as [L|L]; [exfalso|exact L].
    assert (D : 1 < Qabs y * w). { rewrite <- E, (Qmult_comm w). apply Qmult_lt_compat_r; assumption. }
    assert (F : Qabs y * w * (Qabs y * w) == y * y * (w * w)).
    { setoid_replace (Qabs y * w * (Qabs y * w)) with (Qabs y * Qabs y * (w * w)) by ring.
      rewrite <- Qabs_Qmult, (Qabs_pos (y * y)) by exact Y. reflexivity. }
    set (p := Qabs y * w) in *. nra.
  Qed.
End Cubic.

Definition sublinear_check (c r x0 : Q) (K : positive) : bool :=
  negb (Qle_bool r 0) && negb (Qeq_bool x0 c) && negb (Qle_bool 1 (r * ((x0 - c) * (x0 - c)))) &&
  Qle_bool 1 (2 * r * (Zpos K # 1)).

Theorem sublinear_sound step c r x0 K : cubic step c r -> sublinear_check c r x0 K = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall n, Qabs (x (S n) - c) < Qabs (x n - c)) /\
  (forall n, ~ x n == c) /\
  (forall n, (x n - c) * (x n - c) * (1 + 2 * r * number n * ((x0 - c) * (x0 - c))) <= (x0 - c) * (x0 - c)) /\
  converges x c (fun m => Pos.to_nat K * 4 ^ m)%nat.
Proof.
  intros H D. unfold sublinear_check in D. facts. cbv zeta.
  assert (S1 : r * ((x0 - c) * (x0 - c)) <= 1) by lra.
  assert (B := away_bound step c r x0 H ltac:(assumption) S1). cbv zeta in B.
  assert (V := away_never step c r x0 H ltac:(assumption) S1 ltac:(assumption) ltac:(assumption)). cbv zeta in V.
  repeat split.
  - intro n. assert (E := away_next step c r x0 H n). cbv zeta in E. rewrite E, Qabs_Qmult.
    destruct (B n) as [_ B2]. specialize (V n). apply abs_positive in V. set (y := Nat.iter n step x0 - c) in *.
    assert (Y := square_nonnegative y).
    assert (L : 0 < y * y). { destruct (Qlt_le_dec 0 (y * y)) as [L|L]; [exact L|].
      assert (F : Qabs y * Qabs y == y * y) by (rewrite <- Qabs_Qmult, Qabs_pos; [reflexivity|exact Y]). nra. }
    assert (r * (y * y) <= r * ((x0 - c) * (x0 - c))) by (rewrite !(Qmult_comm r); apply Qmult_le_compat_r; lra).
    assert (0 < r * (y * y)) by (apply Qmult_lt_0_compat; assumption).
    rewrite (Qabs_pos (1 - r * (y * y))) by lra. nra.
  - intros n E. apply (V n). rewrite E. ring.
  - intro n. apply B.
  - intros m n Hn. apply (away_small step c r x0 H ltac:(assumption) S1 (Pos.to_nat K)); [|exact Hn].
    unfold number. rewrite positive_nat_Z. assumption.
Qed.
