(** Polynomials over the rationals as lists of coefficients, and what is decided about them by computing. No axioms.

    The words that a statement uses are [number] and [polynomial]; the rest is proof. *)
Require Import QArith Qabs Lqa Lia ZArith Setoid Bool.
Require Export List.
From Infinitesimal Require Import Limits.
Export ListNotations.
Open Scope Q_scope.

(** * Words *)

(** A natural number as a rational. *)
Definition number (n : nat) : Q := inject_Z (Z.of_nat n).

(** [polynomial [a; b; c] x] is a + b x + c x^2. *)
Fixpoint polynomial (p : list Q) (x : Q) : Q :=
  match p with nil => 0 | a :: q => a + x * polynomial q x end.

Lemma number_next n : number (S n) == number n + 1.
Proof. unfold number. rewrite Nat2Z.inj_succ. unfold Z.succ. rewrite inject_Z_plus. reflexivity. Qed.

Lemma number_sum n m : number (n + m) == number n + number m.
Proof. unfold number. rewrite Nat2Z.inj_add, inject_Z_plus. reflexivity. Qed.

Lemma number_nonnegative n : 0 <= number n.
Proof. unfold number, Qle. simpl. lia. Qed.

Lemma number_binary n : number (N.to_nat n) = inject_Z (Z.of_N n).
Proof. unfold number. rewrite N_nat_Z. reflexivity. Qed.

Lemma number_grows n m : (n <= m)%nat -> number n <= number m.
Proof. intro H. replace m with (n + (m - n))%nat by lia. rewrite number_sum.
  assert (A := number_nonnegative (m - n)). lra. Qed.

#[global] Instance polynomial_compatible p : Proper (Qeq ==> Qeq) (polynomial p).
Proof. intros x y E. induction p; cbn [polynomial]; [reflexivity|]. rewrite IHp, E. reflexivity. Qed.

(** * Arithmetic; the coefficients are kept in lowest terms *)

Fixpoint poly_plus (p q : list Q) : list Q :=
  match p, q with
  | nil, _ => q
  | _, nil => p
  | a :: p', b :: q' => Qred (a + b) :: poly_plus p' q'
  end.

Definition scaled (c : Q) (p : list Q) : list Q := map (fun a => Qred (c * a)) p.

Definition poly_minus (p q : list Q) : list Q := poly_plus p (scaled (-1) q).

Fixpoint poly_times (p q : list Q) : list Q :=
  match p with nil => nil | a :: p' => poly_plus (scaled a q) (0 :: poly_times p' q) end.

(** The polynomial at x + c. *)
Fixpoint shifted (c : Q) (p : list Q) : list Q :=
  match p with nil => nil | a :: q => let u := shifted c q in poly_plus [a] (poly_plus (scaled c u) (0 :: u)) end.

Lemma poly_plus_value p q x : polynomial (poly_plus p q) x == polynomial p x + polynomial q x.
Proof.
  revert q. induction p as [|a p IH]; intros [|b q]; cbn [poly_plus polynomial]; try ring.
  rewrite Qred_correct, IH. ring.
Qed.

Lemma scaled_value c p x : polynomial (scaled c p) x == c * polynomial p x.
Proof. induction p as [|a p IH]; cbn [scaled map polynomial]; [ring|].
  fold (scaled c p). rewrite Qred_correct, IH. ring. Qed.

Lemma poly_minus_value p q x : polynomial (poly_minus p q) x == polynomial p x - polynomial q x.
Proof. unfold poly_minus. rewrite poly_plus_value, scaled_value. ring. Qed.

Lemma poly_times_value p q x : polynomial (poly_times p q) x == polynomial p x * polynomial q x.
Proof. induction p as [|a p IH]; cbn [poly_times polynomial]; [ring|].
  rewrite poly_plus_value, scaled_value. cbn [polynomial]. rewrite IH. ring. Qed.

Lemma shifted_value c p x : polynomial (shifted c p) x == polynomial p (x + c).
Proof. induction p as [|a p IH]; cbn [shifted polynomial]; [ring|]. cbv zeta.
  rewrite !poly_plus_value, scaled_value. cbn [polynomial]. rewrite IH. ring. Qed.

(** * Decisions *)

Definition zero (p : list Q) : bool := forallb (Qeq_bool 0) p.
Definition same (p q : list Q) : bool := zero (poly_minus p q).
Definition nonnegative_coefficients (p : list Q) : bool := forallb (Qle_bool 0) p.
Definition positive_coefficients (p : list Q) : bool :=
  match p with nil => false | a :: q => negb (Qle_bool a 0) && nonnegative_coefficients q end.

Lemma zero_value p x : zero p = true -> polynomial p x == 0.
Proof. induction p as [|a p IH]; cbn [zero forallb polynomial]; [reflexivity|]. intro H. facts.
  rewrite IH by assumption. match goal with h : 0 == a |- _ => rewrite <- h end. ring. Qed.

Lemma same_value p q x : same p q = true -> polynomial p x == polynomial q x.
Proof. intro H. assert (Z := zero_value _ x H). rewrite poly_minus_value in Z. lra. Qed.

Lemma nonnegative_coefficients_value p x : nonnegative_coefficients p = true -> 0 <= x -> 0 <= polynomial p x.
Proof. intros H Hx. induction p as [|a p IH]; cbn [polynomial]; [lra|].
  unfold nonnegative_coefficients in H. cbn [forallb] in H. facts. 
  assert (0 <= x * polynomial p x) by (apply Qmult_le_0_compat; auto). lra. Qed.

Lemma positive_coefficients_value p x : positive_coefficients p = true -> 0 <= x -> 0 < polynomial p x.
Proof. destruct p as [|a p]; cbn [positive_coefficients polynomial]; [discriminate|]. intros H Hx. facts.
  assert (0 <= x * polynomial p x) by (apply Qmult_le_0_compat; [|apply nonnegative_coefficients_value]; auto). lra. Qed.

(** What holds for the first n numbers, and n + y for all y >= 0, holds for every number. *)
Lemma from_number (F : Q -> Prop) (n : nat) : Proper (Qeq ==> iff) F ->
  (forall i, (i < n)%nat -> F (number i)) -> (forall y, 0 <= y -> F (y + number n)) -> forall i, F (number i).
Proof.
  intros E A B i. destruct (Nat.lt_ge_cases i n) as [L|L]; [auto|].
  assert (H : number i == number (i - n) + number n) by (rewrite <- number_sum; replace (i - n + n)%nat with i by lia;
    reflexivity).
  rewrite H. apply B. apply number_nonnegative.
Qed.

Lemma each_below (f : nat -> bool) n : forallb f (seq 0 n) = true -> forall i, (i < n)%nat -> f i = true.
Proof. intros H i L. rewrite forallb_forall in H. apply H. apply in_seq. lia. Qed.

(** Not zero at any natural number: computed below n, and of one sign from n on. *)
Definition never_zero (n : nat) (p : list Q) : bool :=
  (positive_coefficients (shifted (number n) p) || positive_coefficients (shifted (number n) (scaled (-1) p))) &&
  forallb (fun i => negb (Qeq_bool (polynomial p (number i)) 0)) (seq 0 n).

Lemma never_zero_value n p : never_zero n p = true -> forall i, ~ polynomial p (number i) == 0.
Proof.
  intros H. unfold never_zero in H. apply andb_true_iff in H. destruct H as [H S]. assert (T := each_below _ _ S).
  apply (from_number (fun x => ~ polynomial p x == 0) n).
  - intros x y E. rewrite E. reflexivity.
  - intros i L. specialize (T i L). cbv beta in T. facts. assumption.
  - intros y Hy. apply orb_true_iff in H. destruct H as [H|H]; apply (positive_coefficients_value _ y) in H; auto;
      rewrite shifted_value in H; [|rewrite scaled_value in H]; lra.
Qed.

(** |p| <= |q| at every natural number: computed below n, and by the coefficients of q - p and q + p from n on. *)
Definition below (n : nat) (p q : list Q) : bool :=
  nonnegative_coefficients (shifted (number n) (poly_minus q p)) && nonnegative_coefficients (shifted (number n) (poly_plus q p)) &&
  forallb (fun i => Qle_bool (Qabs (polynomial p (number i))) (Qabs (polynomial q (number i)))) (seq 0 n).

Lemma below_value n p q : below n p q = true ->
  forall i, Qabs (polynomial p (number i)) <= Qabs (polynomial q (number i)).
Proof.
  intros H. unfold below in H. apply andb_true_iff in H. destruct H as [H S]. assert (T := each_below _ _ S).
  apply andb_true_iff in H. destruct H as [A B].
  apply (from_number (fun x => Qabs (polynomial p x) <= Qabs (polynomial q x)) n).
  - intros x y E. rewrite E. reflexivity.
  - intros i L. specialize (T i L). cbv beta in T. facts. assumption.
  - intros y Hy. apply (nonnegative_coefficients_value _ y) in A; auto. apply (nonnegative_coefficients_value _ y) in B; auto.
    rewrite shifted_value, poly_minus_value in A. rewrite shifted_value, poly_plus_value in B.
    apply Qabs_Qle_condition. rewrite Qabs_pos by lra. lra.
Qed.
