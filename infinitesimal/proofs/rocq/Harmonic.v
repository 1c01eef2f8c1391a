(** The series of 1/(a + b k), a > 0 and b > 0, has no limit: each time the number of terms doubles, the sum grows by at
    least 1/(2 (a + b)). No axioms. *)
Require Import QArith Qabs Lqa Lia ZArith Bool.
From Infinitesimal Require Import Limits Polynomials.
Open Scope Q_scope.

Section Harmonic.
  Variables a b : Q.
  Hypothesis Ha : 0 < a.
  Hypothesis Hb : 0 < b.
  Let term (k : nat) : Q := 1 / (a + b * number k).
  Let s : nat -> Q := partial_sum term.

  Lemma bottom_positive k : 0 < a + b * number k.
  Proof. assert (H := number_nonnegative k). assert (0 <= b * number k) by (apply Qmult_le_0_compat; lra). lra. Qed.

  (** The n terms from n on are each at least 1/((a + b) 2 n). *)
  Lemma many_terms n i : (0 < n)%nat -> (i <= n)%nat -> number i * (1 / ((a + b) * (2 * number n))) <= s (n + i) - s n.
  Proof.
    intros Hn. assert (N : 1 <= number n) by (change 1 with (number 1); apply number_grows; lia).
    assert (P : 0 < (a + b) * (2 * number n)) by (apply Qmult_lt_0_compat; lra).
    induction i; intro Hi; [rewrite Nat.add_0_r; change (number 0) with 0; lra|].
    rewrite Nat.add_succ_r, number_next. change (s (S (n + i))) with (s (n + i) + term (n + i)).
    assert (T : 1 / ((a + b) * (2 * number n)) <= term (n + i)).
    { unfold term. apply Qle_shift_div_l; [apply bottom_positive|].
      setoid_replace (1 / ((a + b) * (2 * number n)) * (a + b * number (n + i)))
        with ((a + b * number (n + i)) / ((a + b) * (2 * number n))) by (field; repeat split; intro; lra).
      apply Qle_shift_div_r; [exact P|].
      assert (G : number (n + i) <= 2 * number n).
      { rewrite number_sum. assert (number i <= number n) by (apply number_grows; lia). lra. }
      assert (b * number (n + i) <= b * (2 * number n)).
      { rewrite !(Qmult_comm b). apply Qmult_le_compat_r; lra. }
      assert (a * 1 <= a * (2 * number n)).
      { rewrite !(Qmult_comm a). apply Qmult_le_compat_r; lra. }
      lra. }
    specialize (IHi ltac:(lia)). lra.
  Qed.

  Lemma doubled n : (0 < n)%nat -> 1 / (2 * (a + b)) <= s (n + n) - s n.
  Proof.
    intro Hn. assert (H := many_terms n n Hn (le_n n)).
    assert (N : 1 <= number n) by (change 1 with (number 1); apply number_grows; lia).
    setoid_replace (1 / (2 * (a + b))) with (number n * (1 / ((a + b) * (2 * number n)))); [exact H|].
    field. repeat split; intro; lra.
  Qed.

  Lemma harmonic_grows m : number m * (1 / (2 * (a + b))) <= s (2 ^ m).
  Proof.
    induction m.
    - change (number 0) with 0. change (2 ^ 0)%nat with 1%nat. unfold s. cbn [partial_sum]. unfold term.
      assert (0 <= 1 / (a + b * number 0)).
      { apply Qle_shift_div_l; [apply bottom_positive|rewrite Qmult_0_l; discriminate]. }
      lra.
    - rewrite Nat.pow_succ_r', number_next. replace (2 * 2 ^ m)%nat with (2 ^ m + 2 ^ m)%nat by lia.
      assert (P : (2 ^ m <> 0)%nat) by (apply Nat.pow_nonzero; lia). assert (D := doubled (2 ^ m) ltac:(lia)).
      set (e := 1 / (2 * (a + b))) in *. lra.
  Qed.

  Lemma harmonic_no_limit L : ~ tends_to s L.
  Proof.
    intro T. assert (E : 0 < 1 / (2 * (a + b))) by (apply Qlt_shift_div_l; lra).
    set (e := 1 / (2 * (a + b))) in *. destruct (T (e * (1 # 2)) ltac:(lra)) as [N HN].
    assert (A := HN (S N) ltac:(lia)). assert (B := HN (S N + S N)%nat ltac:(lia)).
    assert (D := doubled (S N) ltac:(lia)). fold e in D. apply Qabs_Qlt_condition in A, B. lra.
  Qed.
End Harmonic.

Definition harmonic_check (a b : Q) : bool := negb (Qle_bool a 0) && negb (Qle_bool b 0).

Theorem harmonic_sound a b : harmonic_check a b = true ->
  let s := partial_sum (fun k => 1 / (a + b * number k)) in
  (forall m, number m * (1 / (2 * (a + b))) <= s (2 ^ m)%nat) /\
  (forall L, ~ tends_to s L).
Proof.
  intro H. unfold harmonic_check in H. facts. cbv zeta. split; intro.
  - apply harmonic_grows; assumption.
  - apply harmonic_no_limit; assumption.
Qed.
