(** Sums with a closed form: telescoping ones with rational terms, and those of p(k) r^k. No axioms. *)
Require Import QArith Qabs Lqa Lia ZArith Bool List.
From Infinitesimal Require Import Limits Polynomials.
Open Scope Q_scope.

Lemma telescope (f S : nat -> Q) : S 0%nat == 0 -> (forall n, S (Datatypes.S n) - S n == f n) ->
  forall n, partial_sum f n == S n.
Proof.
  intros Z H n. induction n; cbn [partial_sum]; [rewrite Z; reflexivity|]. rewrite IHn, <- H. ring.
Qed.

Lemma number_twice n : number (2 * n) == 2 * number n.
Proof. replace (2 * n)%nat with (n + n)%nat by lia. rewrite number_sum. ring. Qed.

(** A distance of at most 2^j/(n + 1) is at most 2^-m from n = 2^(m + j) on. *)
Lemma slow_limit (u : nat -> Q) L j : (forall n, Qabs (u n - L) * (number n + 1) <= power 2 j) ->
  converges u L (fun m => 2 ^ (m + j))%nat.
Proof.
  intros H m n Hn. specialize (H n).
  assert (G : forall k, power 2 k == number (2 ^ k)).
  { induction k; [reflexivity|]. cbn [power]. rewrite Nat.pow_succ_r', number_twice, IHk. reflexivity. }
  assert (A : power 2 (m + j) <= number n) by (rewrite G; apply number_grows; exact Hn).
  rewrite power_sum in A. set (d := Qabs (u n - L)) in *. assert (D : 0 <= d) by apply Qabs_nonneg.
  assert (P := power_positive 2 j eq_refl). assert (P2 := power_positive 2 m eq_refl).
  assert (W := power_positive (1 # 2) m eq_refl). assert (E := power_2_half m).
  assert (F : d * (power 2 m * power 2 j) <= d * (number n + 1)).
  { rewrite !(Qmult_comm d). apply Qmult_le_compat_r; [lra|exact D]. }
  assert (I : d * power 2 m <= 1).
  { apply Qmult_lt_0_le_reg_r with (power 2 j); [exact P|]. lra. }
  setoid_replace d with (d * power 2 m * power (1 # 2) m).
  - setoid_replace (power (1 # 2) m) with (1 * power (1 # 2) m) at 2 by ring. apply Qmult_le_compat_r; [exact I|lra].
  - transitivity (d * (power 2 m * power (1 # 2) m)); [rewrite E; ring|ring].
Qed.

(** * Telescoping: f = a/b is the difference of U/V *)

Definition following (p : list Q) : list Q := shifted 1 p.

Lemma following_value p n : polynomial (following p) (number n) == polynomial p (number (S n)).
Proof. unfold following. rewrite shifted_value, number_next. reflexivity. Qed.

(** [early] is where the sign of the denominators and the bound of the distance can be read off the coefficients. *)
Definition telescoping_check (a b U V : list Q) (L : Q) (j early : nat) : bool :=
  never_zero early b && never_zero early V && Qeq_bool (polynomial U 0) 0 &&
  same (poly_times (poly_minus (poly_times (following U) V) (poly_times U (following V))) b) (poly_times a (poly_times V (following V))) &&
  below early (poly_times (poly_minus U (scaled L V)) [1; 1]) (scaled (power 2 j) V).

Theorem telescoping_sound a b U V L j early : telescoping_check a b U V L j early = true ->
  let s := partial_sum (fun k => polynomial a (number k) / polynomial b (number k)) in
  (forall n, s n == polynomial U (number n) / polynomial V (number n)) /\
  converges s L (fun m => 2 ^ (m + j))%nat.
Proof.
  intro H. unfold telescoping_check in H.
  apply andb_true_iff in H; destruct H as [H B]. apply andb_true_iff in H; destruct H as [H D].
  apply andb_true_iff in H; destruct H as [H Z]. apply andb_true_iff in H; destruct H as [Hb HV].
  apply Qeq_bool_iff in Z. assert (Nb := never_zero_value _ _ Hb). assert (NV := never_zero_value _ _ HV).
  cbv zeta.
  assert (C : forall n, partial_sum (fun k => polynomial a (number k) / polynomial b (number k)) n ==
    polynomial U (number n) / polynomial V (number n)).
  { apply (telescope _ (fun n => polynomial U (number n) / polynomial V (number n))).
    - change (number 0) with 0. rewrite Z. unfold Qdiv. ring.
    - intro n. apply (same_value _ _ (number n)) in D.
      rewrite !poly_times_value, poly_minus_value, !poly_times_value, !following_value in D.
      specialize (Nb n). assert (N1 := NV n). assert (N2 := NV (S n)).
      set (a' := polynomial a (number n)) in *. set (b' := polynomial b (number n)) in *.
      set (U0 := polynomial U (number n)) in *. set (U1 := polynomial U (number (S n))) in *.
      set (V0 := polynomial V (number n)) in *. set (V1 := polynomial V (number (S n))) in *.
      setoid_replace (U1 / V1 - U0 / V0) with ((U1 * V0 - U0 * V1) * b' / (b' * (V0 * V1))) by (field; auto).
      rewrite D. field. auto. }
  split; [exact C|]. apply slow_limit. intro n. rewrite C.
  assert (F := below_value _ _ _ B n). specialize (NV n).
  rewrite poly_times_value, poly_minus_value, !scaled_value in F. cbn [polynomial] in F.
  set (U0 := polynomial U (number n)) in *. set (V0 := polynomial V (number n)) in *.
  assert (A := abs_positive _ NV). assert (N := number_nonnegative n).
  assert (W := power_positive 2 j eq_refl).
  setoid_replace (Qabs (U0 / V0 - L) * (number n + 1))
    with (Qabs ((U0 - L * V0) * (1 + number n * (1 + number n * 0))) / Qabs V0).
  - apply Qle_shift_div_r; [exact A|]. rewrite (Qabs_Qmult (power 2 j)), (Qabs_pos (power 2 j)) in F by lra. exact F.
  - setoid_replace (U0 / V0 - L) with ((U0 - L * V0) / V0) by (field; exact NV).
    unfold Qdiv. rewrite !Qabs_Qmult, Qabs_Qinv, (Qabs_pos (1 + number n * (1 + number n * 0))) by lra. ring.
Qed.

Lemma quotient_apart U V L early : never_zero early V && never_zero early (poly_minus U (scaled L V)) = true ->
  forall n, ~ polynomial U (number n) / polynomial V (number n) == L.
Proof.
  intros H n E. apply andb_true_iff in H; destruct H as [HV H].
  apply (never_zero_value _ _ H n). assert (N := never_zero_value _ _ HV n).
  rewrite poly_minus_value, scaled_value, <- E. field. exact N.
Qed.

Theorem telescoping_never_sound a b U V L j early :
  telescoping_check a b U V L j early && never_zero early (poly_minus U (scaled L V)) = true ->
  let s := partial_sum (fun k => polynomial a (number k) / polynomial b (number k)) in
  (forall n, s n == polynomial U (number n) / polynomial V (number n)) /\
  (forall n, ~ s n == L) /\
  converges s L (fun m => 2 ^ (m + j))%nat.
Proof.
  intro H. apply andb_true_iff in H; destruct H as [H D].
  assert (S := telescoping_sound _ _ _ _ _ _ _ H). cbv zeta in S |- *. destruct S as [C T].
  repeat split; [exact C| |exact T]. intros n E. rewrite C in E. revert E.
  apply quotient_apart with early. rewrite D, andb_true_r. unfold telescoping_check in H.
  repeat (apply andb_true_iff in H; destruct H as [H ?]). assumption.
Qed.

(** * p(k) r^k, by r A(k + 1) - A(k) = p(k) *)

Definition antidifference (p A : list Q) (r : Q) : bool := same (poly_minus (scaled r (following A)) A) p.

Lemma antidifference_sum p A r : antidifference p A r = true -> forall n,
  partial_sum (fun k => polynomial p (number k) * power r k) n ==
  polynomial A (number n) * power r n - polynomial A 0.
Proof.
  intro H. apply (telescope _ (fun n => polynomial A (number n) * power r n - polynomial A 0)).
  - change (number 0) with 0. cbn [power]. ring.
  - intro n. unfold antidifference in H. apply (same_value _ _ (number n)) in H.
    rewrite poly_minus_value, scaled_value, following_value in H. cbn [power]. rewrite <- H. ring.
Qed.

Lemma polynomial_abs p x : 0 <= x -> Qabs (polynomial p x) <= polynomial (map Qabs p) x.
Proof.
  intro Hx. induction p as [|a p IH]; cbn [polynomial map]; [apply Qle_refl|].
  eapply Qle_trans; [apply Qabs_triangle|]. rewrite Qabs_Qmult, (Qabs_pos x Hx).
  assert (x * Qabs (polynomial p x) <= x * polynomial (map Qabs p) x).
  { rewrite !(Qmult_comm x). apply Qmult_le_compat_r; assumption. }
  lra.
Qed.

Lemma polynomial_abs_grows p x y : 0 <= x -> x <= y -> polynomial (map Qabs p) x <= polynomial (map Qabs p) y.
Proof.
  intros Hx L. induction p as [|a p IH]; cbn [polynomial map]; [apply Qle_refl|].
  assert (0 <= polynomial (map Qabs p) x).
  { eapply Qle_trans; [|apply polynomial_abs; exact Hx]. apply Qabs_nonneg. }
  nra.
Qed.

(** With B the polynomial of the sizes of the coefficients of A: t B(x + 1) <= B(x) from [peak] on, so that
    B(n) t^n is at most B(peak), and |A(n) r^n| is at most B(peak) q^n where |r| <= t q. *)
Definition tamed (A : list Q) (r t q : Q) (peak : N) (k : positive) (j : nat) : bool :=
  Qle_bool (Qabs r) (t * q) && Qle_bool 0 t && Qle_bool t 1 && Qle_bool 0 q &&
  nonnegative_coefficients (shifted (inject_Z (Z.of_N peak)) (poly_minus (map Qabs A) (scaled t (following (map Qabs A))))) &&
  decays (polynomial (map Qabs A) (inject_Z (Z.of_N peak))) q k j.

Lemma tamed_bound A r t q peak k j : tamed A r t q peak k j = true ->
  forall m n, (Pos.to_nat k * (m + j) <= n)%nat -> Qabs (polynomial A (number n) * power r n) <= power (1 # 2) m.
Proof.
  intros H m n Hn. unfold tamed in H. apply andb_true_iff in H; destruct H as [H D].
  apply andb_true_iff in H; destruct H as [H F]. facts.
  set (B := map Qabs A) in *. rewrite <- number_binary in D, F. set (e := N.to_nat peak) in *.
  assert (P := fun i => number_nonnegative i).
  assert (Bp : forall i, 0 <= polynomial B (number i)).
  { intro i. eapply Qle_trans; [|apply polynomial_abs; apply P]. apply Qabs_nonneg. }
  assert (S : forall y, 0 <= y -> t * polynomial B (y + number e + 1) <= polynomial B (y + number e)).
  { intros y Hy. apply (nonnegative_coefficients_value _ y) in F; auto.
    unfold following in F. rewrite shifted_value, poly_minus_value, scaled_value, shifted_value in F. lra. }
  assert (T : forall i, polynomial B (number (e + i)) * power t i <= polynomial B (number e)).
  { induction i; [rewrite Nat.add_0_r; cbn [power]; lra|]. cbn [power].
    rewrite Nat.add_succ_r, number_next, (number_sum e i), (Qplus_comm (number e)).
    specialize (S (number i) (P i)). rewrite number_sum, (Qplus_comm (number e)) in IHi.
    assert (W := power_nonnegative t i ltac:(assumption)). nra. }
  assert (G : polynomial B (number n) * power t n <= polynomial B (number e)).
  { destruct (Nat.le_ge_cases n e) as [L|L].
    - assert (polynomial B (number n) <= polynomial B (number e)) by (apply polynomial_abs_grows; auto using number_grows).
      assert (W := power_at_most_1 t n ltac:(assumption) ltac:(assumption)).
      assert (V := power_nonnegative t n ltac:(assumption)). specialize (Bp n). nra.
    - specialize (T (n - e)%nat). replace (e + (n - e))%nat with n in T by lia.
      assert (power t n <= power t (n - e)) by (apply power_falls; [assumption|assumption|lia]).
      specialize (Bp n). nra. }
  rewrite Qabs_Qmult, power_abs.
  assert (R : power (Qabs r) n <= power t n * power q n).
  { eapply Qle_trans; [apply power_of_larger; [apply Qabs_nonneg|eassumption]|].
    rewrite power_of_product. apply Qle_refl. }
  assert (U := polynomial_abs A (number n) (P n)). fold B in U.
  assert (Z := power_nonnegative q n ltac:(assumption)). assert (Y := power_nonnegative t n ltac:(assumption)).
  apply Qle_trans with (polynomial B (number e) * power (Qabs q) n).
  - rewrite (Qabs_pos q) by assumption.
    apply Qle_trans with (polynomial B (number n) * (power t n * power q n)).
    + apply Qle_trans with (polynomial B (number n) * power (Qabs r) n).
      * apply Qmult_le_compat_r; [exact U|apply power_nonnegative; apply Qabs_nonneg].
      * rewrite !(Qmult_comm (polynomial B (number n))). apply Qmult_le_compat_r; [exact R|apply Bp].
    + rewrite Qmult_assoc. apply Qmult_le_compat_r; [exact G|exact Z].
  - apply (decay _ q k j); auto.
Qed.

Definition hypergeometric_check (p A : list Q) (r t q : Q) (peak : N) (k : positive) (j : nat) : bool :=
  antidifference p A r && tamed A r t q peak k j.

Theorem hypergeometric_sound p A r L t q peak k j :
  hypergeometric_check p A r t q peak k j && Qeq_bool L (- polynomial A 0) = true ->
  let s := partial_sum (fun i => polynomial p (number i) * power r i) in
  (forall n, s n == L + polynomial A (number n) * power r n) /\
  converges s L (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intro H. apply andb_true_iff in H; destruct H as [H E]. apply andb_true_iff in H; destruct H as [D T].
  apply Qeq_bool_iff in E. cbv zeta.
  assert (C := antidifference_sum p A r D). split.
  - intro n. rewrite C, E. ring.
  - intros m n Hn. rewrite C.
    setoid_replace (polynomial A (number n) * power r n - polynomial A 0 - L)
      with (polynomial A (number n) * power r n) by (rewrite E; ring).
    exact (tamed_bound A r t q peak k j T m n Hn).
Qed.

Theorem hypergeometric_never_sound p A r L t q peak k j early :
  hypergeometric_check p A r t q peak k j && Qeq_bool L (- polynomial A 0) &&
  (never_zero early A && negb (Qeq_bool r 0)) = true ->
  let s := partial_sum (fun i => polynomial p (number i) * power r i) in
  (forall n, s n == L + polynomial A (number n) * power r n) /\
  (forall n, ~ s n == L) /\
  converges s L (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intro H. apply andb_true_iff in H; destruct H as [H N]. apply hypergeometric_sound in H.
  cbv zeta in H |- *. destruct H as [C T]. repeat split; [exact C| |exact T].
  apply andb_true_iff in N; destruct N as [N R]. facts.
  intros n E. rewrite C in E. assert (Z : polynomial A (number n) * power r n == 0) by lra.
  apply Qmult_integral in Z. destruct Z as [Z|Z].
  - exact (never_zero_value _ _ N n Z).
  - revert Z. apply power_nonzero. assumption.
Qed.

(** * No limit: terms that stay away from 0 *)

Definition stays (p : list Q) (r d : Q) (early : nat) : bool :=
  Qle_bool 1 (Qabs r) && negb (Qle_bool d 0) && (below early [d] p || below early [d] (scaled (-1) p)).

Theorem hypergeometric_diverges_sound p r d early : stays p r d early = true ->
  forall L, ~ tends_to (partial_sum (fun i => polynomial p (number i) * power r i)) L.
Proof.
  intro H. unfold stays in H. apply andb_true_iff in H; destruct H as [H B]. facts.
  apply (no_limit _ d); [assumption|]. intro n. cbn [partial_sum].
  match goal with |- _ <= Qabs (?s + ?a - ?s) => setoid_replace (s + a - s) with a by ring end.
  assert (F : d <= Qabs (polynomial p (number n))).
  { assert (E : d == Qabs (polynomial [d] (number n))).
    { cbn [polynomial]. setoid_replace (d + number n * 0) with d by ring. symmetry. apply Qabs_pos. lra. }
    rewrite E. apply orb_true_iff in B. destruct B as [B|B]; apply (below_value _ _ _) with (i := n) in B; auto.
    rewrite scaled_value in B. setoid_replace (-1 * polynomial p (number n)) with (- polynomial p (number n)) in B
      by ring. rewrite Qabs_opp in B. exact B. }
  rewrite Qabs_Qmult, power_abs. assert (P := power_at_least_1 (Qabs r) n ltac:(assumption)). nra.
Qed.
