(** Every start of a small format: on which cycle it ends, after how many steps, and how many starts end there. All of
    them are walked. No axioms.

    The words that a statement uses are [is_float], [reaches], [number_of] and [fates]. *)
Require Import ZArith NArith QArith Lia Bool List SpecFloat.
From Infinitesimal Require Import Machines Roundings.
Import ListNotations.
Open Scope N_scope.

(** * Words *)

(** The floats of a format: both zeros, the numbers in their canonical form, NaN, and infinities if it has them. *)
Definition is_float (A : arithmetic) (x : spec_float) : bool :=
  match x with
  | S754_finite _ m e => canonical_mantissa (precision (shape A)) (emax (shape A)) m e && fits A m e
  | S754_infinity _ => match last A with None => true | Some _ => false end
  | _ => true
  end.

Definition reaches {X} (f : X -> X) (x y : X) : Prop := exists n, after f x n = y.

(** Exactly n floats have the property. *)
Definition number_of (A : arithmetic) (P : spec_float -> Prop) (n : N) : Prop :=
  exists l, NoDup l /\ N.of_nat (length l) = n /\ forall x, In x l <-> is_float A x = true /\ P x.

(** An entry (y, p, b) of [ends] is a cycle: a state on it, its period, and how many floats end on it. Every float is
    at one of these states after at most [longest] steps. *)
Definition fates (A : arithmetic) (f : spec_float -> spec_float) (longest : N) (ends : list (spec_float * N * N)) : Prop :=
  (forall x, is_float A x = true -> exists y p b n, In (y, p, b) ends /\ n <= longest /\ after f x n = y) /\
  (forall y p b, In (y, p, b) ends -> cycles f y 0 p /\ number_of A (fun x => reaches f x y) b).

(** * All floats of a format *)

Section Floats.
  Variable A : arithmetic.
  Let p := precision (shape A).
  Let low := emin p (emax (shape A)).
  Let high := match last A with None => (emax (shape A) - p)%Z | Some (_, f) => f end.

  Definition exponents : list Z := map (fun i => low + Z.of_nat i)%Z (seq 0 (Z.to_nat (high - low + 1))).
  Definition significands : list positive := map Pos.of_nat (seq 1 (Z.to_nat (2 ^ p - 1))).

  Definition candidates : list spec_float :=
    [S754_zero false; S754_zero true; S754_nan; S754_infinity false; S754_infinity true] ++
    flat_map (fun s => flat_map (fun e => map (fun m => S754_finite s m e) significands) exponents) [false; true].

  Definition floats : list spec_float := filter (is_float A) candidates.

  Lemma size_of_digits m : (Zpos m < 2 ^ Zpos (digits2_pos m))%Z.
  Proof.
    induction m; cbn [digits2_pos]; [| |reflexivity]; rewrite Pos2Z.inj_succ, Z.pow_succ_r by lia; lia.
  Qed.

  Lemma floats_all x : In x floats <-> is_float A x = true.
  Proof.
    unfold floats. rewrite filter_In. split; [tauto|]. intro H. split; [|exact H].
    unfold candidates. apply in_or_app. destruct x as [[|]|[|]| |s m e]; cbn [In]; try tauto.
    right. apply in_flat_map. exists s. split; [destruct s; cbn; tauto|].
    unfold is_float, canonical_mantissa, fexp in H. fold p in H. fold low in H.
    apply andb_true_iff in H. destruct H as [H1 H2]. apply Zeq_bool_eq in H1.
    assert (M := size_of_digits m).
    assert (D : (Zpos (digits2_pos m) <= p)%Z) by lia.
    assert (L := Z.pow_le_mono_r 2 _ _ ltac:(lia) D).
    assert (E : (e <= high)%Z).
    { unfold fits in H2. fold p in H2. unfold high. destruct (last A) as [[k f]|].
      - apply orb_true_iff in H2. destruct H2 as [H2|H2]; [apply Z.ltb_lt in H2; lia|].
        apply andb_true_iff in H2. destruct H2 as [H2 _]. apply Z.eqb_eq in H2. lia.
      - apply Zle_bool_imp_le in H2. exact H2. }
    apply in_flat_map. exists e. split.
    - apply in_map_iff. exists (Z.to_nat (e - low)). split; [lia|]. apply in_seq. lia.
    - apply in_map_iff. exists m. split; [reflexivity|]. apply in_map_iff. exists (Pos.to_nat m).
      split; [apply Pos2Nat.id|]. apply in_seq. lia.
  Qed.
End Floats.

(** * The check *)

Section Search.
  Context (f : spec_float -> spec_float) (ys : list spec_float).

  Definition listed (x : spec_float) : bool := existsb (float_eqb x) ys.

  Lemma listed_true x : listed x = true <-> In x ys.
  Proof.
    unfold listed. rewrite existsb_exists. split.
    - intros [y [Hy E]]. apply float_decides in E. subst. exact Hy.
    - intro H. exists x. split; [exact H|]. apply float_decides. reflexivity.
  Qed.

  (** The first listed state from x on, within so many steps. *)
  Fixpoint search (steps : nat) (x : spec_float) : option spec_float :=
    if listed x then Some x else match steps with O => None | S k => search k (f x) end.

  Lemma search_sound steps x y : search steps x = Some y ->
    In y ys /\ exists n, n <= N.of_nat steps /\ after f x n = y.
  Proof.
    revert x. induction steps as [|k IH]; intros x H; cbn [search] in H;
      (destruct (listed x) eqn:L; [injection H as <-; apply listed_true in L; split;
        [exact L|exists 0; split; [lia|reflexivity]]|]); [discriminate|].
    destruct (IH _ H) as [Hy [n [Hn E]]]. split; [exact Hy|]. exists (1 + n). split; [lia|].
    rewrite after_sum. exact E.
  Qed.

  (** Once around the cycle of y no other listed state is met. *)
  Definition alone (y : spec_float) (p : N) : bool := snd (walk f (fun s => negb (listed s)) (f y) (N.pred p)).

  Lemma alone_sound y p z : 0 < p -> after f y p = y -> alone y p = true -> In z ys -> reaches f y z -> y = z.
  Proof.
    intros P C H Hz [n E]. destruct (walk_sound f (fun s => negb (listed s)) (f y) (N.pred p)) as [_ W].
    specialize (W H). rewrite (N.div_mod' n p), N.mul_comm, after_sum, period_repeats in E by exact C.
    destruct (n mod p) as [|k] eqn:K using N.peano_ind; [exact E|]. clear IHk.
    assert (B := N.mod_lt n p ltac:(lia)). rewrite K in B.
    assert (F := W k ltac:(lia)). replace (N.succ k) with (1 + k) in E by lia. rewrite after_sum in E.
    change (after f y 1) with (f y) in E. rewrite E in F. apply listed_true in Hz. rewrite Hz in F. discriminate.
  Qed.
End Search.

Definition is_some_of (y : spec_float) (found : option spec_float) : bool :=
  match found with Some z => float_eqb z y | None => false end.

Fixpoint distinct (l : list spec_float) : bool :=
  match l with [] => true | x :: rest => negb (existsb (float_eqb x) rest) && distinct rest end.

Lemma distinct_sound l : distinct l = true -> NoDup l.
Proof.
  induction l as [|x l IH]; intro H; [constructor|]. cbn [distinct] in H. apply andb_true_iff in H.
  destruct H as [H1 H2]. constructor; [|apply IH; exact H2]. intro I. apply (listed_true l) in I. unfold listed in I.
  rewrite I in H1. discriminate.
Qed.

Definition fates_check (A : arithmetic) (f : spec_float -> spec_float) (longest : N) (ends : list (spec_float * N * N)) : bool :=
  let ys := map (fun e => fst (fst e)) ends in
  let all := floats A in
  let found := map (search f ys (N.to_nat longest)) all in
  distinct all && forallb (fun z => match z with Some _ => true | None => false end) found &&
  forallb (fun '(y, p, b) => cycles_check f float_eqb y 0 p && alone f ys y p &&
    N.eqb (N.of_nat (length (filter (is_some_of y) found))) b) ends.

Lemma length_filter_map {X Y} (g : X -> Y) (t : Y -> bool) l :
  length (filter t (map g l)) = length (filter (fun x => t (g x)) l).
Proof. induction l as [|x l IH]; [reflexivity|]. cbn. destruct (t (g x)); cbn; rewrite IH; reflexivity. Qed.

Theorem fates_sound A f longest ends : fates_check A f longest ends = true -> fates A f longest ends.
Proof.
  unfold fates_check. set (ys := map (fun e => fst (fst e)) ends). intro H.
  apply andb_true_iff in H. destruct H as [H H3]. apply andb_true_iff in H. destruct H as [H1 H2].
  apply distinct_sound in H1. rewrite forallb_forall in H2, H3.
  assert (T : forall x, is_float A x = true -> exists z, search f ys (N.to_nat longest) x = Some z).
  { intros x Hx. apply floats_all in Hx. specialize (H2 _ (in_map _ _ _ Hx)).
    destruct (search f ys (N.to_nat longest) x) as [z|]; [exists z; reflexivity|discriminate]. }
  assert (C : forall y p b, In (y, p, b) ends -> cycles f y 0 p /\ 0 < p /\ after f y p = y /\ alone f ys y p = true /\
      N.of_nat (length (filter (is_some_of y) (map (search f ys (N.to_nat longest)) (floats A)))) = b).
  { intros y p b I. specialize (H3 _ I). cbv beta iota in H3. apply andb_true_iff in H3. destruct H3 as [H3 H5].
    apply andb_true_iff in H3. destruct H3 as [H3 H4]. apply N.eqb_eq in H5.
    assert (P : 0 < p) by (unfold cycles_check in H3; destruct p; [discriminate|lia]).
    apply cycles_sound in H3; [|exact float_decides]. split; [exact H3|]. split; [exact P|].
    split; [apply (proj1 H3 0); lia|]. auto. }
  assert (Y : forall z, In z ys -> exists p b, In (z, p, b) ends).
  { intros z I. apply in_map_iff in I. destruct I as [[[y p] b] [E I]]. cbn in E. subst. exists p, b. exact I. }
  split.
  - intros x Hx. destruct (T x Hx) as [z Hz]. apply search_sound in Hz. destruct Hz as [I [n [Hn E]]].
    destruct (Y z I) as [p [b J]]. exists z, p, b, n. rewrite N2Nat.id in Hn. auto.
  - intros y p b I. destruct (C y p b I) as [C1 [C2 [C3 [C4 C5]]]]. split; [exact C1|].
    rewrite length_filter_map in C5.
    exists (filter (fun x => is_some_of y (search f ys (N.to_nat longest) x)) (floats A)).
    split; [apply NoDup_filter; exact H1|]. split; [exact C5|].
    intro x. rewrite filter_In, floats_all. split; intros [Hx R]; (split; [exact Hx|]).
    + destruct (search f ys (N.to_nat longest) x) as [z|] eqn:E; [|discriminate]. apply float_decides in R. subst z.
      apply search_sound in E. destruct E as [_ [n [_ E]]]. exists n. exact E.
    + destruct (T x Hx) as [z E]. rewrite E. apply float_decides. apply search_sound in E.
      destruct E as [J [n [_ E]]]. destruct (Y z J) as [q [c K]]. destruct (C z q c K) as [_ [D2 [D3 [D4 _]]]].
      assert (Iy : In y ys) by (apply in_map_iff; exists (y, p, b); split; [reflexivity|exact I]).
      destruct R as [m R]. destruct (N.le_ge_cases n m) as [L|L].
      * apply (alone_sound f ys z q y D2 D3 D4 Iy). exists (m - n). rewrite <- E, <- after_sum.
        replace (n + (m - n)) with m by lia. exact R.
      * symmetry. apply (alone_sound f ys y p z C2 C3 C4 J). exists (n - m). rewrite <- R, <- after_sum.
        replace (m + (n - m)) with n by lia. exact E.
Qed.
