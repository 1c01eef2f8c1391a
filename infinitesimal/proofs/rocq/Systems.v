(** Descents of several variables with an affine step: a quadratic form that falls at every step shows that they
    converge; a step that can be undone shows that they never arrive. No axioms.

    The words that a statement uses are [points_converge] and those of [Limits]. A quadratic form is given as a sum of
    weighted squares of linear forms, which is what an LDL^T factorisation gives. *)
Require Import QArith Qabs Lqa Lia ZArith Setoid Bool List.
From Infinitesimal Require Import Limits Polynomials.
Open Scope Q_scope.

(** From the index [modulus m] on, every coordinate of z is within 2^-m of that of c. *)
Definition points_converge (z : nat -> list Q) (c : list Q) (modulus : nat -> nat) : Prop :=
  forall m n, (modulus m <= n)%nat -> Forall2 (fun x l => Qabs (x - l) <= power (1 # 2) m) (z n) c.

(** * Sums and vectors; a vector is a function of the index *)

Lemma sum_extensional f g n : (forall i, (i < n)%nat -> f i == g i) -> partial_sum f n == partial_sum g n.
Proof. intro H. induction n; cbn [partial_sum]; [reflexivity|]. rewrite IHn, H by (auto with arith). reflexivity. Qed.

Lemma sum_plus f g n : partial_sum (fun i => f i + g i) n == partial_sum f n + partial_sum g n.
Proof. induction n; cbn [partial_sum]; [reflexivity|]. rewrite IHn. ring. Qed.

Lemma sum_times c f n : partial_sum (fun i => c * f i) n == c * partial_sum f n.
Proof. induction n; cbn [partial_sum]; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_zero n : partial_sum (fun _ => 0) n == 0.
Proof. induction n; cbn [partial_sum]; [reflexivity|]. rewrite IHn. ring. Qed.

Lemma sum_exchange f n m : partial_sum (fun i => partial_sum (fun j => f i j) m) n ==
  partial_sum (fun j => partial_sum (fun i => f i j) n) m.
Proof.
  induction n; cbn [partial_sum]; [symmetry; apply sum_zero|]. rewrite IHn, <- sum_plus. reflexivity.
Qed.

Definition entry (v : list Q) (i : nat) : Q := nth i v 0.
Definition row (M : list (list Q)) (i : nat) : list Q := nth i M nil.
Definition dot (n : nat) (a y : nat -> Q) : Q := partial_sum (fun i => a i * y i) n.

Lemma dot_extensional n a b x y : (forall i, (i < n)%nat -> a i == b i) -> (forall i, (i < n)%nat -> x i == y i) ->
  dot n a x == dot n b y.
Proof. intros H G. apply sum_extensional. intros i L. rewrite H, G by exact L. reflexivity. Qed.

(** [form n (fun i => row i of M) y] is M y. *)
Definition applied (n : nat) (M : list (list Q)) (y : nat -> Q) (i : nat) : Q := dot n (entry (row M i)) y.

(** The row vector l times M. *)
Definition through (n : nat) (M : list (list Q)) (l : list Q) : list Q :=
  map (fun j => Qred (partial_sum (fun i => entry l i * entry (row M i) j) n)) (seq 0 n).

Lemma entry_of_map f n j : (j < n)%nat -> entry (map f (seq 0 n)) j = f j.
Proof.
  intro L. unfold entry. rewrite (nth_indep _ 0 (f 0%nat)) by (rewrite map_length, seq_length; exact L).
  rewrite map_nth, seq_nth by exact L. reflexivity.
Qed.

Lemma through_value n M l y : dot n (entry (through n M l)) y == dot n (entry l) (applied n M y).
Proof.
  unfold dot, applied, dot.
  transitivity (partial_sum (fun j => partial_sum (fun i => entry l i * (entry (row M i) j * y j)) n) n).
  - apply sum_extensional. intros j L. unfold through. rewrite entry_of_map, Qred_correct by exact L.
    rewrite Qmult_comm, <- sum_times. apply sum_extensional. intros i _. ring.
  - rewrite sum_exchange. apply sum_extensional. intros i _. rewrite <- sum_times. reflexivity.
Qed.

(** * Sums of weighted squares of linear forms *)

Definition squares (n : nat) (W : list (Q * list Q)) (y : nat -> Q) : Q :=
  fold_right (fun w s => fst w * (dot n (entry (snd w)) y * dot n (entry (snd w)) y) + s) 0 W.

Definition weighed (c : Q) (W : list (Q * list Q)) : list (Q * list Q) := map (fun w => (c * fst w, snd w)) W.
Definition carried (n : nat) (M : list (list Q)) (W : list (Q * list Q)) : list (Q * list Q) :=
  map (fun w => (fst w, through n M (snd w))) W.

Lemma squares_extensional n W x y : (forall i, (i < n)%nat -> x i == y i) -> squares n W x == squares n W y.
Proof.
  intro H. induction W as [|w W IH]; [reflexivity|]. cbn [squares fold_right]. fold (squares n W x) (squares n W y).
  rewrite IH. assert (E : dot n (entry (snd w)) x == dot n (entry (snd w)) y).
  { apply dot_extensional; [reflexivity|exact H]. } rewrite E. reflexivity.
Qed.

Lemma squares_app n A B y : squares n (A ++ B) y == squares n A y + squares n B y.
Proof. induction A as [|w A IH]; cbn [squares fold_right app]; [symmetry; apply Qplus_0_l|].
  fold (squares n (A ++ B) y) (squares n A y). rewrite IH. apply Qplus_assoc. Qed.

Lemma squares_weighed n c W y : squares n (weighed c W) y == c * squares n W y.
Proof. induction W as [|w W IH]; cbn [weighed map squares fold_right fst snd]; [symmetry; apply Qmult_0_r|].
  fold (weighed c W). fold (squares n (weighed c W) y) (squares n W y). rewrite IH.
  set (d := dot n (entry (snd w)) y). ring. Qed.

Lemma squares_carried n M W y : squares n (carried n M W) y == squares n W (applied n M y).
Proof. induction W as [|w W IH]; cbn [carried map squares fold_right fst snd]; [reflexivity|].
  fold (carried n M W). fold (squares n (carried n M W) y) (squares n W (applied n M y)).
  rewrite IH, through_value. reflexivity. Qed.

Definition weights_nonnegative (W : list (Q * list Q)) : bool := forallb (fun w => Qle_bool 0 (fst w)) W.

Lemma square_at_least_0 x : 0 <= x * x.
Proof. destruct (Qlt_le_dec x 0); nra. Qed.

Lemma squares_nonnegative n W y : weights_nonnegative W = true -> 0 <= squares n W y.
Proof.
  intro H. induction W as [|w W IH]; cbn [squares fold_right]; [lra|]. fold (squares n W y).
  unfold weights_nonnegative in H. cbn [forallb] in H. apply andb_true_iff in H. destruct H as [A B].
  apply Qle_bool_iff in A. specialize (IH B). assert (S := square_at_least_0 (dot n (entry (snd w)) y)).
  assert (0 <= fst w * (dot n (entry (snd w)) y * dot n (entry (snd w)) y)) by (apply Qmult_le_0_compat; assumption).
  lra.
Qed.

(** The coefficient of y i y j, and forms that are 0 because all their coefficients are. *)
Definition coefficient (W : list (Q * list Q)) (i j : nat) : Q :=
  fold_right (fun w s => Qred (fst w * entry (snd w) i * entry (snd w) j + s)) 0 W.
Definition vanishes (n : nat) (W : list (Q * list Q)) : bool :=
  forallb (fun i => forallb (fun j => Qeq_bool (coefficient W i j) 0) (seq 0 n)) (seq 0 n).

Lemma square_of_dot n a y :
  dot n a y * dot n a y == partial_sum (fun i => partial_sum (fun j => a i * a j * (y i * y j)) n) n.
Proof.
  unfold dot at 2. rewrite <- sum_times. apply sum_extensional. intros i _. unfold dot.
  rewrite Qmult_comm, <- sum_times. apply sum_extensional. intros j _. ring.
Qed.

Lemma squares_coefficients n W y :
  squares n W y == partial_sum (fun i => partial_sum (fun j => coefficient W i j * (y i * y j)) n) n.
Proof.
  induction W as [|w W IH]; cbn [squares fold_right coefficient].
  - symmetry. transitivity (partial_sum (fun _ => 0) n); [|apply sum_zero]. apply sum_extensional. intros i _.
    transitivity (partial_sum (fun _ => 0) n); [|apply sum_zero]. apply sum_extensional. intros j _. ring.
  - fold (squares n W y). rewrite IH, square_of_dot. set (l := entry (snd w)). rewrite <- sum_times, <- sum_plus.
    apply sum_extensional. intros i _. rewrite <- sum_times, <- sum_plus. apply sum_extensional. intros j _.
    fold (coefficient W i j). rewrite Qred_correct. fold l. ring.
Qed.

Lemma vanishes_value n W y : vanishes n W = true -> squares n W y == 0.
Proof.
  intro H. rewrite squares_coefficients.
  transitivity (partial_sum (fun _ => 0) n); [|apply sum_zero]. apply sum_extensional. intros i Li.
  transitivity (partial_sum (fun _ => 0) n); [|apply sum_zero]. apply sum_extensional. intros j Lj.
  assert (A := each_below _ _ H i Li). assert (B := each_below _ _ A j Lj). cbv beta in B. apply Qeq_bool_iff in B.
  rewrite B. ring.
Qed.

(** * A form that falls *)

Definition unit (n i : nat) : list Q := map (fun j => if Nat.eqb i j then 1 else 0) (seq 0 n).
Definition units (n : nat) : list (Q * list Q) := map (fun i => (1, unit n i)) (seq 0 n).

Lemma dot_unit n m i y : (i < m)%nat -> (n <= m)%nat ->
  dot n (entry (unit m i)) y == if Nat.ltb i n then y i else 0.
Proof.
  intros L. unfold dot. induction n; intro N; cbn [partial_sum]; [reflexivity|]. rewrite IHn by lia.
  unfold unit. rewrite entry_of_map by lia.
  destruct (Nat.eqb_spec i n) as [->|E].
  - rewrite Nat.ltb_irrefl. rewrite (proj2 (Nat.ltb_lt n (S n)) (Nat.lt_succ_diag_r n)). ring.
  - destruct (Nat.ltb_spec i n), (Nat.ltb_spec i (S n)); try lia; ring.
Qed.

Lemma units_above n y i : (i < n)%nat -> y i * y i <= squares n (units n) y.
Proof.
  intro L. unfold units.
  assert (G : forall ks, In i ks -> (forall k, In k ks -> (k < n)%nat) ->
    y i * y i <= squares n (map (fun i => (1, unit n i)) ks) y).
  { induction ks as [|k ks IH]; [intros []|]. intros [->|H] B; cbn [map squares fold_right fst snd];
      fold (squares n (map (fun i => (1, unit n i)) ks) y).
    - assert (P : 0 <= squares n (map (fun i => (1, unit n i)) ks) y).
      { apply squares_nonnegative. unfold weights_nonnegative. rewrite forallb_forall. intros w K.
        apply in_map_iff in K. destruct K as [k [<- _]]. reflexivity. }
      rewrite (dot_unit n n i y L (le_n n)). rewrite (proj2 (Nat.ltb_lt i n) L). lra.
    - specialize (IH H (fun k K => B k (or_intror K))).
      assert (S := square_at_least_0 (dot n (entry (unit n k)) y)). lra. }
  apply G; [apply in_seq; lia|]. intros k K. apply in_seq in K. lia.
Qed.

(** V falls by [rate] at every step of M, and is at least [least] times the sum of the squares; E and F are the
    differences as sums of squares. *)
Definition falls (n : nat) (M : list (list Q)) (V E F : list (Q * list Q)) (rate least : Q) : bool :=
  weights_nonnegative E && weights_nonnegative F && Qle_bool 0 rate && negb (Qle_bool least 0) &&
  vanishes n (weighed rate V ++ weighed (-1) (carried n M V) ++ weighed (-1) E) &&
  vanishes n (V ++ weighed (- least) (units n) ++ weighed (-1) F).

Lemma falls_step n M V E F rate least y : falls n M V E F rate least = true ->
  squares n V (applied n M y) <= rate * squares n V y.
Proof.
  intro H. unfold falls in H. repeat (apply andb_true_iff in H; destruct H as [H ?]).
  match goal with h : vanishes n (weighed rate V ++ _) = true |- _ => apply (vanishes_value n _ y) in h; rename h into A end.
  rewrite !squares_app, !squares_weighed, squares_carried in A.
  assert (P := squares_nonnegative n E y H). lra.
Qed.

Lemma falls_above n M V E F rate least y i : falls n M V E F rate least = true -> (i < n)%nat ->
  least * (y i * y i) <= squares n V y.
Proof.
  intros H L. unfold falls in H. repeat (apply andb_true_iff in H; destruct H as [H ?]).
  match goal with h : vanishes n (V ++ _) = true |- _ => apply (vanishes_value n _ y) in h; rename h into A end.
  rewrite !squares_app, !squares_weighed in A.
  assert (P : 0 <= squares n F y) by (apply squares_nonnegative; assumption).
  assert (U := units_above n y i L). facts.
  assert (least * (y i * y i) <= least * squares n (units n) y).
  { rewrite !(Qmult_comm least). apply Qmult_le_compat_r; lra. }
  lra.
Qed.

(** * Affine steps of several variables *)

Definition affine_system (step : list Q -> list Q) (n : nat) (M : list (list Q)) (c : list Q) : Prop :=
  forall z, length z = n -> length (step z) = n /\ forall i, (i < n)%nat ->
    entry (step z) i - entry c i == dot n (entry (row M i)) (fun j => entry z j - entry c j).

(** Proves [affine_system] for a step defined by a [match] on the coordinates. *)
Ltac affine_system_step step :=
  let z := fresh "z" in let H := fresh "H" in intros z H;
  repeat (destruct z as [|? z]; [discriminate H|]; cbn [length] in H; apply Nat.succ_inj in H);
  destruct z; [|discriminate H]; unfold step; split; [reflexivity|];
  let i := fresh "i" in let L := fresh "L" in intros i L;
  repeat match type of L with (_ < S _)%nat =>
    destruct i as [|i]; [unfold dot, entry, row; cbn [partial_sum nth]; first [ring | field; repeat split; compare]|];
    apply Nat.succ_lt_mono in L
  end; solve [inversion L].

Lemma forall2_entries (R : Q -> Q -> Prop) n u v : length u = n -> length v = n -> (forall i, (i < n)%nat -> R (entry u i) (entry v i)) ->
  Forall2 R u v.
Proof.
  revert u v. induction n; intros [|a u] [|b v]; try discriminate; intros A B H; constructor.
  - exact (H 0%nat (Nat.lt_0_succ n)).
  - apply IHn; [injection A; auto|injection B; auto|]. intros i L. apply (H (S i)). lia.
Qed.

Lemma entries_forall2 (R : Q -> Q -> Prop) u v : Forall2 R u v -> forall i, (i < length u)%nat -> R (entry u i) (entry v i).
Proof.
  induction 1; intros i L; [inversion L|]. destruct i; [assumption|]. apply IHForall2. cbn [length] in L. lia.
Qed.

Lemma square_small x e : 0 <= e -> x * x <= e * e -> Qabs x <= e.
Proof.
  intros He H. destruct (Qlt_le_dec e (Qabs x)) as [L|L]; [exfalso|exact L].
  assert (E : x * x == Qabs x * Qabs x) by (rewrite <- Qabs_Qmult, Qabs_pos; [reflexivity|apply square_at_least_0]).
  rewrite E in H. nra.
Qed.

Definition system_check (n : nat) (M : list (list Q)) (V E F : list (Q * list Q)) (rate least : Q) (c z0 : list Q)
    (k : positive) (j : nat) : bool :=
  Nat.eqb (length z0) n && Nat.eqb (length c) n && falls n M V E F rate least && weights_nonnegative V &&
  decays (squares n V (fun i => entry z0 i - entry c i) / least) rate k j.

Section System.
  Variables (step : list Q -> list Q) (n : nat) (M : list (list Q)) (c z0 : list Q).
  Hypothesis shape : affine_system step n M c.
  Hypothesis size : length z0 = n.
  Let away (t i : nat) : Q := entry (Nat.iter t step z0) i - entry c i.

  Lemma system_next t : length (Nat.iter t step z0) = n /\
    forall i, (i < n)%nat -> away (S t) i == applied n M (away t) i.
  Proof.
    assert (L : length (Nat.iter t step z0) = n).
    { induction t; [exact size|]. change (Nat.iter (S t) step z0) with (step (Nat.iter t step z0)).
      exact (proj1 (shape _ IHt)). }
    split; [exact L|]. intros i Li. unfold away, applied.
    change (Nat.iter (S t) step z0) with (step (Nat.iter t step z0)). exact (proj2 (shape _ L) i Li).
  Qed.

  Lemma system_falls V E F rate least t : falls n M V E F rate least = true ->
    squares n V (away t) <= power rate t * squares n V (away 0).
  Proof.
    intro H. induction t; [cbn [power]; lra|]. destruct (system_next t) as [_ N].
    rewrite (squares_extensional n V _ _ N). eapply Qle_trans; [apply (falls_step _ _ _ _ _ _ _ _ H)|]. cbn [power].
    assert (R : 0 <= rate).
    { unfold falls in H. repeat (apply andb_true_iff in H; destruct H as [H ?]). facts. assumption. }
    rewrite <- Qmult_assoc, !(Qmult_comm rate). apply Qmult_le_compat_r; assumption.
  Qed.
End System.

Theorem system_sound step n M V E F rate least c z0 k j :
  affine_system step n M c -> system_check n M V E F rate least c z0 k j = true ->
  points_converge (fun t => Nat.iter t step z0) c (fun m => Pos.to_nat k * (2 * m + j))%nat.
Proof.
  intros A H. unfold system_check in H. apply andb_true_iff in H; destruct H as [H D].
  apply andb_true_iff in H; destruct H as [H V0]. apply andb_true_iff in H; destruct H as [H P].
  apply andb_true_iff in H; destruct H as [Z C]. apply Nat.eqb_eq in Z, C.
  intros m t Ht. destruct (system_next step n M c z0 A Z t) as [L _].
  apply (forall2_entries _ n); [exact L|exact C|]. intros i Li.
  set (S0 := squares n V (fun i => entry z0 i - entry c i)) in *.
  assert (G : 0 <= S0) by (apply squares_nonnegative; exact V0).
  assert (B := system_falls step n M c z0 A Z V E F rate least t P). cbv zeta in B.
  change (squares n V (fun i => entry (Nat.iter 0 step z0) i - entry c i)) with S0 in B.
  assert (U := falls_above n M V E F rate least (fun i => entry (Nat.iter t step z0) i - entry c i) i P Li).
  cbv beta in U.
  assert (K : 0 < least /\ 0 <= rate).
  { unfold falls in P. repeat (apply andb_true_iff in P; destruct P as [P ?]). facts. split; assumption. }
  destruct K as [K1 K2].
  apply square_small; [apply power_nonnegative; lra|].
  assert (Q1 : S0 / least * power (Qabs rate) t <= power (1 # 2) (2 * m)).
  { apply (decay _ rate k j); [apply Qle_shift_div_l; [exact K1|rewrite Qmult_0_l; exact G]|exact D|lia]. }
  rewrite (Qabs_pos rate K2) in Q1. replace (2 * m)%nat with (m + m)%nat in Q1 by lia. rewrite power_sum in Q1.
  eapply Qle_trans; [|exact Q1].
  setoid_replace (S0 / least * power rate t) with (power rate t * S0 / least) by (field; intro; lra).
  apply Qle_shift_div_l; [exact K1|]. rewrite Qmult_comm. eapply Qle_trans; [exact U|exact B].
Qed.

(** * Never at the limit, when N undoes the step *)

Definition undoes (n : nat) (N M : list (list Q)) : bool :=
  forallb (fun i => forallb (fun j => Qeq_bool (entry (through n M (row N i)) j) (entry (unit n i) j)) (seq 0 n)) (seq 0 n).

Definition apart (u v : list Q) : bool := existsb (fun p => negb (Qeq_bool (fst p) (snd p))) (combine u v).

Lemma undoes_value n N M y i : undoes n N M = true -> (i < n)%nat -> y i == dot n (entry (row N i)) (applied n M y).
Proof.
  intros H L. rewrite <- through_value. assert (A := each_below _ _ H i L).
  transitivity (dot n (entry (unit n i)) y).
  - rewrite (dot_unit n n i y L (le_n n)), (proj2 (Nat.ltb_lt i n) L). reflexivity.
  - apply dot_extensional; [|reflexivity]. intros j Lj. assert (B := each_below _ _ A j Lj). cbv beta in B.
    apply Qeq_bool_iff in B. symmetry. exact B.
Qed.

Lemma apart_differ u v : apart u v = true -> ~ Forall2 Qeq u v.
Proof.
  intros H F. induction F as [|a b u v E F IH]; cbn in H; [discriminate|]. apply orb_true_iff in H.
  destruct H as [H|H]; [|exact (IH H)]. apply negb_true_iff in H. apply Qeq_bool_iff in E. congruence.
Qed.

Theorem system_never_sound step n M N V E F rate least c z0 k j :
  affine_system step n M c ->
  system_check n M V E F rate least c z0 k j && undoes n N M && apart z0 c = true ->
  let z := fun t => Nat.iter t step z0 in
  (forall t, ~ Forall2 Qeq (z t) c) /\
  points_converge z c (fun m => Pos.to_nat k * (2 * m + j))%nat.
Proof.
  intros A H. apply andb_true_iff in H; destruct H as [H D]. apply andb_true_iff in H; destruct H as [H U].
  cbv zeta. split; [|exact (system_sound step n M V E F rate least c z0 k j A H)].
  unfold system_check in H. repeat (apply andb_true_iff in H; destruct H as [H ?]). apply Nat.eqb_eq in H.
  match goal with h : Nat.eqb (length c) n = true |- _ => apply Nat.eqb_eq in h; rename h into C end.
  intro t. induction t; [exact (apart_differ _ _ D)|]. intro G. apply IHt. clear IHt.
  destruct (system_next step n M c z0 A H t) as [L S]. destruct (system_next step n M c z0 A H (Datatypes.S t)) as [L' _].
  apply (forall2_entries _ n); [exact L|exact C|]. intros i Li.
  assert (Y := undoes_value n N M (fun i => entry (Nat.iter t step z0) i - entry c i) i U Li). cbv beta in Y.
  assert (Zero : dot n (entry (row N i)) (applied n M (fun i => entry (Nat.iter t step z0) i - entry c i)) == 0).
  { unfold dot. transitivity (partial_sum (fun _ => 0) n); [|apply sum_zero]. apply sum_extensional. intros q Lq.
    rewrite <- (S q Lq). assert (E' := entries_forall2 _ _ _ G q ltac:(rewrite L'; exact Lq)). cbv beta in E'.
    rewrite E'. ring. }
  rewrite Zero in Y. lra.
Qed.
