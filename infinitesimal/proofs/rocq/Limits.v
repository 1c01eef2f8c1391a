(** Limits over the rationals, with an explicit modulus of convergence. No axioms.

    The words that a statement uses are [power], [partial_sum], [converges] and [tends_to]; the rest is proof. *)
Require Import QArith Qabs Lqa Lia ZArith Setoid Bool.
Open Scope Q_scope.

(** * Words *)

Fixpoint power (r : Q) (n : nat) : Q :=
  match n with O => 1 | S k => r * power r k end.

(** f 0 + f 1 + ... + f (n - 1) *)
Fixpoint partial_sum (f : nat -> Q) (n : nat) : Q :=
  match n with O => 0 | S k => partial_sum f k + f k end.

(** From the index [modulus m] on, u is within 2^-m of L. *)
Definition converges (u : nat -> Q) (L : Q) (modulus : nat -> nat) : Prop :=
  forall m n, (modulus m <= n)%nat -> Qabs (u n - L) <= power (1 # 2) m.

(** The usual limit. *)
Definition tends_to (u : nat -> Q) (L : Q) : Prop :=
  forall eps, 0 < eps -> exists N, forall n, (N <= n)%nat -> Qabs (u n - L) < eps.

(** * From computed booleans to facts *)

Lemma differ x y : Qeq_bool x y = false -> ~ x == y.
Proof. intros H E. apply Qeq_bool_iff in E. congruence. Qed.

Lemma exceeds x y : Qle_bool x y = false -> y < x.
Proof. intro H. destruct (Qlt_le_dec y x) as [L|L]; auto. apply Qle_bool_iff in L. congruence. Qed.

(** Takes a conjunction of boolean comparisons apart into facts about rationals. *)
Ltac facts := repeat match goal with
  | h : _ && _ = true |- _ => apply andb_true_iff in h; destruct h
  | h : negb (Qle_bool _ _) = true |- _ => apply negb_true_iff in h; apply exceeds in h
  | h : negb (Qeq_bool _ _) = true |- _ => apply negb_true_iff in h; apply differ in h
  | h : Qle_bool _ _ = true |- _ => apply Qle_bool_iff in h
  | h : Qeq_bool _ _ = true |- _ => apply Qeq_bool_iff in h
  end.

(** Decides a comparison of two numbers by computing it. *)
Ltac compare := match goal with
  | |- ~ _ == _ => apply differ; vm_compute; reflexivity
  | |- _ == _ => apply Qeq_bool_iff; vm_compute; reflexivity
  | |- _ <= _ => apply Qle_bool_iff; vm_compute; reflexivity
  | |- _ < _ => apply exceeds; vm_compute; reflexivity
  end.

(** * Powers *)

#[global] Instance power_compatible : Proper (Qeq ==> eq ==> Qeq) power.
Proof. intros x y E n m <-. induction n; cbn [power]; [reflexivity|]. rewrite IHn, E. reflexivity. Qed.

Lemma power_sum r n m : power r (n + m) == power r n * power r m.
Proof. induction n; cbn [power Nat.add]; [ring|]. rewrite IHn. ring. Qed.

Lemma power_product r n m : power r (n * m) == power (power r n) m.
Proof.
  induction m; [rewrite Nat.mul_0_r; reflexivity|].
  rewrite Nat.mul_succ_r, Nat.add_comm, power_sum, IHm. reflexivity.
Qed.

Lemma power_of_product a b n : power (a * b) n == power a n * power b n.
Proof. induction n; cbn [power]; [reflexivity|]. rewrite IHn. ring. Qed.

Lemma power_nonnegative r n : 0 <= r -> 0 <= power r n.
Proof. intro H. induction n; cbn [power]; [lra|]. apply Qmult_le_0_compat; auto. Qed.

Lemma power_positive r n : 0 < r -> 0 < power r n.
Proof. intro H. induction n; cbn [power]; [lra|]. apply Qmult_lt_0_compat; auto. Qed.

Lemma power_nonzero r n : ~ r == 0 -> ~ power r n == 0.
Proof. intro H. induction n; cbn [power]; [discriminate|]. intro E. apply Qmult_integral in E. tauto. Qed.

Lemma power_abs r n : Qabs (power r n) == power (Qabs r) n.
Proof. induction n; cbn [power]; [reflexivity|]. rewrite Qabs_Qmult, IHn. reflexivity. Qed.

Lemma power_at_most_1 r n : 0 <= r -> r <= 1 -> power r n <= 1.
Proof. intros H0 H1. induction n; cbn [power]; [lra|]. assert (H := power_nonnegative r n H0). nra. Qed.

Lemma power_at_least_1 r n : 1 <= r -> 1 <= power r n.
Proof. intro H. induction n; cbn [power]; [lra|]. nra. Qed.

Lemma power_falls r n m : 0 <= r -> r <= 1 -> (n <= m)%nat -> power r m <= power r n.
Proof.
  intros H0 H1 L. replace m with (n + (m - n))%nat by lia. rewrite power_sum.
  assert (A := power_at_most_1 r (m - n) H0 H1). assert (B := power_nonnegative r n H0).
  assert (C := power_nonnegative r (m - n) H0). nra.
Qed.

Lemma power_of_larger a b n : 0 <= a -> a <= b -> power a n <= power b n.
Proof. intros H0 H1. induction n; cbn [power]; [lra|]. assert (A := power_nonnegative a n H0). nra. Qed.

Lemma power_2_half n : power 2 n * power (1 # 2) n == 1.
Proof.
  induction n; cbn [power]; [reflexivity|].
  transitivity (2 * (1 # 2) * (power 2 n * power (1 # 2) n)); [ring|]. rewrite IHn. reflexivity.
Qed.

(** * Powers rounded up, by repeated squaring: small numbers also for ratios close to 1 *)

Definition round_up (x : Q) : Q :=
  let B := 340282366920938463463374607431768211456%positive (* 2^128 *) in
  (- (- (Qnum x * Zpos B) / Zpos (Qden x)))%Z # B.

Fixpoint power_above (r : Q) (p : positive) : Q :=
  match p with
  | xH => round_up r
  | xO q => let u := power_above r q in round_up (u * u)
  | xI q => let u := power_above r q in round_up (u * u * r)
  end.

Lemma round_up_above x : x <= round_up x.
Proof.
  unfold round_up, Qle. cbn [Qnum Qden]. set (B := 340282366920938463463374607431768211456%positive).
  assert (H := Z.mul_div_le (- (Qnum x * Zpos B)) (Zpos (Qden x)) ltac:(lia)). lia.
Qed.

Lemma power_above_power r p : 0 <= r -> power r (Pos.to_nat p) <= power_above r p.
Proof.
  intro H. induction p; cbn [power_above]; cbv zeta.
  - rewrite Pos2Nat.inj_xI. cbn [power]. eapply Qle_trans; [|apply round_up_above].
    replace (2 * Pos.to_nat p)%nat with (Pos.to_nat p + Pos.to_nat p)%nat by lia. rewrite power_sum.
    assert (P := power_nonnegative r (Pos.to_nat p) H).
    assert (power r (Pos.to_nat p) * power r (Pos.to_nat p) <= power_above r p * power_above r p) by nra.
    rewrite (Qmult_comm r). apply Qmult_le_compat_r; assumption.
  - rewrite Pos2Nat.inj_xO. eapply Qle_trans; [|apply round_up_above].
    replace (2 * Pos.to_nat p)%nat with (Pos.to_nat p + Pos.to_nat p)%nat by lia. rewrite power_sum.
    assert (P := power_nonnegative r (Pos.to_nat p) H). nra.
  - change (Pos.to_nat 1) with 1%nat. cbn [power]. rewrite Qmult_1_r. apply round_up_above.
Qed.

(** * Geometric decay *)

(** |r|^k <= 1/2 and C <= 2^j: then C |r|^n is halved k steps at a time, from 2^j on. *)
Definition decays (C r : Q) (k : positive) (j : nat) : bool :=
  Qle_bool (Qabs r) 1 && Qle_bool (power_above (Qabs r) k) (1 # 2) && Qle_bool C (power 2 j).

Lemma decay C r k j : 0 <= C -> decays C r k j = true ->
  forall m n, (Pos.to_nat k * (m + j) <= n)%nat -> C * power (Qabs r) n <= power (1 # 2) m.
Proof.
  intros HC H m n Hn. unfold decays in H. facts. assert (Hr := Qabs_nonneg r).
  assert (Hk : power (Qabs r) (Pos.to_nat k) <= 1 # 2).
  { eapply Qle_trans; [apply power_above_power|]; assumption. }
  apply Qle_trans with (power 2 j * power (1 # 2) (m + j)).
  - assert (A : power (Qabs r) n <= power (1 # 2) (m + j)).
    { eapply Qle_trans; [apply power_falls; eauto|]. rewrite power_product.
      apply power_of_larger; [apply power_nonnegative|]; assumption. }
    assert (B := power_nonnegative (Qabs r) n Hr). assert (D := power_positive (1 # 2) (m + j) eq_refl).
    assert (E := power_positive 2 j eq_refl). nra.
  - rewrite power_sum.
    setoid_replace (power 2 j * (power (1 # 2) m * power (1 # 2) j))
      with (power (1 # 2) m * (power 2 j * power (1 # 2) j)) by ring.
    rewrite power_2_half. lra.
Qed.

(** * A modulus gives the usual limit *)

Lemma half_below eps : 0 < eps -> exists m, power (1 # 2) m < eps.
Proof.
  intro H. exists (Pos.to_nat (Qden eps)). destruct eps as [p q]. cbn [Qden].
  assert (Hp : (0 < p)%Z) by (unfold Qlt in H; simpl in H; lia).
  assert (G : forall n, inject_Z (Z.of_nat n) < power 2 n).
  { induction n; [reflexivity|]. cbn [power]. rewrite Nat2Z.inj_succ. unfold Z.succ. rewrite inject_Z_plus.
    assert (1 <= power 2 n) by (apply power_at_least_1; lra). change (inject_Z 1) with 1.
    destruct n; [reflexivity|]. assert (1 <= inject_Z (Z.of_nat (S n))) by (unfold Qle; simpl; lia). lra. }
  specialize (G (Pos.to_nat q)). rewrite positive_nat_Z in G.
  assert (E := power_2_half (Pos.to_nat q)). assert (P := power_positive (1 # 2) (Pos.to_nat q) eq_refl).
  assert (F : inject_Z (Zpos q) * power (1 # 2) (Pos.to_nat q) < 1).
  { rewrite <- E. apply Qmult_lt_compat_r; assumption. }
  apply Qlt_le_trans with (1 # q).
  - setoid_replace (power (1 # 2) (Pos.to_nat q))
      with ((inject_Z (Zpos q) * power (1 # 2) (Pos.to_nat q)) * (1 # q)).
    + setoid_replace (1 # q) with (1 * (1 # q)) at 2 by ring. apply Qmult_lt_compat_r; [reflexivity|exact F].
    + setoid_replace (inject_Z (Zpos q) * power (1 # 2) (Pos.to_nat q) * (1 # q))
        with (power (1 # 2) (Pos.to_nat q) * (inject_Z (Zpos q) * (1 # q))) by ring.
      setoid_replace (inject_Z (Zpos q) * (1 # q)) with 1 by (unfold Qeq; simpl; lia). ring.
  - unfold Qle. simpl. nia.
Qed.

Theorem converges_tends_to u L modulus : converges u L modulus -> tends_to u L.
Proof.
  intros H eps He. destruct (half_below eps He) as [m Hm]. exists (modulus m).
  intros n Hn. eapply Qle_lt_trans; [apply (H m n Hn)|exact Hm].
Qed.

#[global] Instance converges_compatible u : Proper (Qeq ==> eq ==> iff) (converges u).
Proof.
  intros x y E N M <-. unfold converges.
  split; intros H m n Hn; specialize (H m n Hn); [rewrite <- E|rewrite E]; exact H.
Qed.

(** * No limit: steps that stay as large as a fixed d > 0 *)

Lemma no_limit u d : 0 < d -> (forall n, d <= Qabs (u (S n) - u n)) -> forall L, ~ tends_to u L.
Proof.
  intros Hd H L T. destruct (T (d * (1 # 2)) ltac:(lra)) as [N HN].
  assert (A := HN N (le_n _)). assert (B := HN (S N) (le_S _ _ (le_n _))). specialize (H N).
  assert (C : Qabs (u (S N) - u N) <= Qabs (u (S N) - L) + Qabs (u N - L)).
  { setoid_replace (u (S N) - u N) with ((u (S N) - L) + - (u N - L)) by ring.
    eapply Qle_trans; [apply Qabs_triangle|]. rewrite Qabs_opp. lra. }
  lra.
Qed.

Lemma abs_positive x : ~ x == 0 -> 0 < Qabs x.
Proof.
  intro H. destruct (Qlt_le_dec 0 (Qabs x)) as [L|L]; [exact L|]. exfalso. apply H.
  revert L. apply Qabs_case; intros; lra.
Qed.
