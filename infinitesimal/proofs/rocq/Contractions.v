(** A polynomial step that maps an interval into itself and brings its points nearer to a fixed point. That a polynomial
    is not negative on the interval is read off its Bernstein coefficients. No axioms. *)
Require Import QArith Qabs Lqa Lia ZArith Bool List.
From Infinitesimal Require Import Limits Polynomials.
Open Scope Q_scope.

Definition agrees (step : Q -> Q) (p : list Q) : Prop := forall x, step x == polynomial p x.

(** Proves [agrees] for a defined step made of + - * and / by numbers. *)
Ltac polynomial_step step :=
  intro; unfold step; cbn [polynomial]; first [ring | field; repeat split; compare].

(** * Bernstein coefficients: the sum of b i (x - l)^i (u - x)^(d - i) *)

Fixpoint repeated (p : list Q) (n : nat) : list Q := match n with O => [1] | S k => poly_times p (repeated p k) end.

Fixpoint bernstein (l u : Q) (b : list Q) : list Q :=
  match b with
  | nil => nil
  | a :: q => poly_plus (scaled a (repeated [u; -1] (length q))) (poly_times [- l; 1] (bernstein l u q))
  end.

Lemma repeated_value p n x : polynomial (repeated p n) x == power (polynomial p x) n.
Proof.
  induction n; cbn [repeated power]; [cbn [polynomial]; ring|]. rewrite poly_times_value, IHn. reflexivity.
Qed.

Lemma bernstein_value l u b x : nonnegative_coefficients b = true -> l <= x -> x <= u ->
  0 <= polynomial (bernstein l u b) x.
Proof.
  intros H Hl Hu. induction b as [|a b IH]; cbn [bernstein]; [cbn [polynomial]; lra|].
  unfold nonnegative_coefficients in H. cbn [forallb] in H. facts.
  rewrite poly_plus_value, scaled_value, poly_times_value, repeated_value.
  assert (B : 0 <= power (polynomial [u; -1] x) (length b)) by (apply power_nonnegative; cbn [polynomial]; lra).
  assert (C : 0 <= polynomial [- l; 1] x) by (cbn [polynomial]; lra).
  assert (0 <= a * power (polynomial [u; -1] x) (length b)) by (apply Qmult_le_0_compat; assumption).
  assert (0 <= polynomial [- l; 1] x * polynomial (bernstein l u b) x) by (apply Qmult_le_0_compat; auto). lra.
Qed.

(** p is not negative on [l, u], shown by b. *)
Definition shown (l u : Q) (p b : list Q) : bool := nonnegative_coefficients b && same p (bernstein l u b).

Lemma shown_value l u p b x : shown l u p b = true -> l <= x -> x <= u -> 0 <= polynomial p x.
Proof.
  intros H Hl Hu. unfold shown in H. apply andb_true_iff in H. destruct H as [A B].
  rewrite (same_value _ _ x B). apply bernstein_value; assumption.
Qed.

(** * Contraction: g - c = (x - c) h with |h| <= q *)

Definition contraction_check (g h : list Q) (l u c q x0 : Q) (b1 b2 b3 b4 : list Q) (k : positive) (j : nat) : bool :=
  same (poly_minus g [c]) (poly_times [- c; 1] h) &&
  shown l u (poly_minus g [l]) b1 && shown l u (poly_minus [u] g) b2 &&
  shown l u (poly_minus [q] h) b3 && shown l u (poly_plus [q] h) b4 &&
  Qle_bool l x0 && Qle_bool x0 u && Qle_bool 0 q && decays (Qabs (x0 - c)) q k j.

Theorem contraction_sound step g h l u c q x0 b1 b2 b3 b4 k j : agrees step g ->
  contraction_check g h l u c q x0 b1 b2 b3 b4 k j = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall y, l <= y <= u -> l <= step y <= u) /\
  (forall y, l <= y <= u -> Qabs (step y - c) <= q * Qabs (y - c)) /\
  converges x c (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intros A H. unfold contraction_check in H. repeat (apply andb_true_iff in H; destruct H as [H ?]). facts.
  repeat match goal with h : shown _ _ _ _ = true |- _ => pose proof (fun x => shown_value _ _ _ _ x h); clear h end.
  assert (F : forall y, step y - c == (y - c) * polynomial h y).
  { intro y. rewrite (A y). apply (same_value _ _ y) in H. rewrite poly_minus_value, poly_times_value in H.
    cbn [polynomial] in H. lra. }
  assert (I : forall y, l <= y <= u -> l <= step y <= u).
  { intros y [Y1 Y2]. rewrite (A y).
    repeat match goal with h : forall x, _ -> _ -> 0 <= polynomial _ x |- _ => specialize (h y Y1 Y2) end.
    rewrite ?poly_minus_value, ?poly_plus_value in *. cbn [polynomial] in *. split; lra. }
  assert (D : forall y, l <= y <= u -> Qabs (step y - c) <= q * Qabs (y - c)).
  { intros y [Y1 Y2]. rewrite (F y), Qabs_Qmult, Qmult_comm. apply Qmult_le_compat_r; [|apply Qabs_nonneg].
    repeat match goal with h : forall x, _ -> _ -> 0 <= polynomial _ x |- _ => specialize (h y Y1 Y2) end.
    rewrite ?poly_minus_value, ?poly_plus_value in *. cbn [polynomial] in *. apply Qabs_Qle_condition. split; lra. }
  cbv zeta. repeat split; [apply I; assumption|apply I; assumption|exact D|].
  assert (B : forall n, l <= Nat.iter n step x0 <= u /\ Qabs (Nat.iter n step x0 - c) <= Qabs (x0 - c) * power q n).
  { induction n; [cbn [Nat.iter nat_rect power]; split; [split; assumption|lra]|].
    change (Nat.iter (S n) step x0) with (step (Nat.iter n step x0)). destruct IHn as [I1 I2].
    split; [apply I; exact I1|]. eapply Qle_trans; [apply D; exact I1|]. cbn [power].
    setoid_replace (Qabs (x0 - c) * (q * power q n)) with (q * (Qabs (x0 - c) * power q n)) by ring.
    rewrite !(Qmult_comm q). apply Qmult_le_compat_r; assumption. }
  intros m n Hn. destruct (B n) as [_ B2]. eapply Qle_trans; [exact B2|].
  rewrite <- (Qabs_pos q) by assumption. apply (decay _ q k j); auto. apply Qabs_nonneg.
Qed.

(** Never at the limit, when h is at least e > 0 in size, with one sign, on the interval. *)
Definition keeps_away (l u : Q) (h : list Q) (e : Q) (b : list Q) : bool :=
  negb (Qle_bool e 0) && (shown l u (poly_minus h [e]) b || shown l u (poly_minus (scaled (-1) h) [e]) b).

Theorem contraction_never_sound step g h l u c q x0 b1 b2 b3 b4 k j e b5 : agrees step g ->
  contraction_check g h l u c q x0 b1 b2 b3 b4 k j && keeps_away l u h e b5 && negb (Qeq_bool x0 c) = true ->
  let x := fun n => Nat.iter n step x0 in
  (forall y, l <= y <= u -> l <= step y <= u) /\
  (forall y, l <= y <= u -> Qabs (step y - c) <= q * Qabs (y - c)) /\
  (forall n, ~ x n == c) /\
  converges x c (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intros A H. apply andb_true_iff in H; destruct H as [H N]. apply andb_true_iff in H; destruct H as [H K].
  assert (S := contraction_sound _ _ _ _ _ _ _ _ _ _ _ _ _ _ A H). cbv zeta in S |- *. destruct S as [I [D T]].
  repeat split; [apply I; assumption|apply I; assumption|exact D| |exact T].
  unfold contraction_check in H. repeat (apply andb_true_iff in H; destruct H as [H ?]). facts.
  assert (W : forall n, l <= Nat.iter n step x0 <= u).
  { induction n; [split; assumption|]. change (Nat.iter (S n) step x0) with (step (Nat.iter n step x0)). auto. }
  assert (F : forall y, step y - c == (y - c) * polynomial h y).
  { intro y. rewrite (A y). apply (same_value _ _ y) in H. rewrite poly_minus_value, poly_times_value in H.
    cbn [polynomial] in H. lra. }
  assert (Z : forall y, l <= y <= u -> ~ polynomial h y == 0).
  { intros y [Y1 Y2] E. unfold keeps_away in K. apply andb_true_iff in K; destruct K as [P K]. facts.
    apply orb_true_iff in K. destruct K as [K|K]; apply (shown_value _ _ _ _ y) in K; auto;
      rewrite poly_minus_value in K; rewrite ?scaled_value in K; cbn [polynomial] in K; rewrite E in K; lra. }
  induction n; [assumption|]. change (Nat.iter (S n) step x0) with (step (Nat.iter n step x0)).
  intro E. assert (G := F (Nat.iter n step x0)). rewrite E in G.
  assert (G0 : (Nat.iter n step x0 - c) * polynomial h (Nat.iter n step x0) == 0) by lra.
  apply Qmult_integral in G0. destruct G0 as [G0|G0]; [apply IHn; lra|]. exact (Z _ (W n) G0).
Qed.
