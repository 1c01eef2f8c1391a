(** Deterministic machines: when they arrive and stay, and when they cycle; and the floats of IEEE 754 as
    the standard library specifies them (SpecFloat). No axioms.

    The words that a statement uses are [after], [arrives], [cycles], the formats, [round] and the operations. *)
Require Import ZArith NArith QArith Lia Bool SpecFloat.
Open Scope N_scope.

(** * Words *)

(** The state of the machine f after n updates of x. *)
Definition after {A} (f : A -> A) (x : A) (n : N) : A := N.iter n f x.

(** What is watched is v from step n on, and never before. *)
Definition arrives {A B} (f : A -> A) (watch : A -> B) (x : A) (n : N) (v : B) : Prop :=
  (forall m, m < n -> watch (after f x m) <> v) /\ (forall m, n <= m -> watch (after f x m) = v).

(** From step tail on the states repeat with the period p, neither of which can be smaller. *)
Definition cycles {A} (f : A -> A) (x : A) (tail p : N) : Prop :=
  (forall n, tail <= n -> after f x (n + p) = after f x n) /\
  (forall n, n < tail -> after f x (n + p) <> after f x n) /\
  (forall n q, 0 < q -> q < p -> after f x (n + q) <> after f x n).

(** A format has [precision] bits, and its finite values are less than 2^[emax] in size. *)
Record format := Format { precision : Z; emax : Z }.

Definition binary16 := Format 11 16.
Definition bfloat16 := Format 8 128.
Definition tf32 := Format 11 128.
Definition binary32 := Format 24 128.
Definition binary64 := Format 53 1024.
Definition binary128 := Format 113 16384.
Definition e5m2 := Format 3 16.

Definition add F := SFadd (precision F) (emax F).
Definition sub F := SFsub (precision F) (emax F).
Definition mul F := SFmul (precision F) (emax F).
Definition div F := SFdiv (precision F) (emax F).
Definition neg (F : format) := SFopp.

(** The float nearest to a rational, ties to even: its numerator divided by its denominator, rounded once. *)
Definition round (F : format) (q : Q) : spec_float :=
  match Qnum q with
  | Z0 => S754_zero false
  | Zpos m =>
      let '(s, e, l) := SFdiv_core_binary (precision F) (emax F) (Zpos m) 0 (Zpos (Qden q)) 0 in
      binary_round_aux (precision F) (emax F) false s e l
  | Zneg m =>
      let '(s, e, l) := SFdiv_core_binary (precision F) (emax F) (Zpos m) 0 (Zpos (Qden q)) 0 in
      binary_round_aux (precision F) (emax F) true s e l
  end.

(** The exact value of a float; None for infinities and NaN. *)
Definition value (x : spec_float) : option Q :=
  match x with
  | S754_zero _ => Some 0%Q
  | S754_finite s m e => Some (Qred (inject_Z (if s then Zneg m else Zpos m) * Qpower (inject_Z 2) e))
  | _ => None
  end.

(** * Equality of states, decided *)

Definition decides {A} (eqb : A -> A -> bool) : Prop := forall x y, eqb x y = true <-> x = y.

Definition float_eqb (x y : spec_float) : bool :=
  match x, y with
  | S754_zero a, S754_zero b | S754_infinity a, S754_infinity b => Bool.eqb a b
  | S754_nan, S754_nan => true
  | S754_finite s m e, S754_finite s' m' e' => Bool.eqb s s' && (Pos.eqb m m' && Z.eqb e e')
  | _, _ => false
  end.

Definition pair_eqb {A B} (a : A -> A -> bool) (b : B -> B -> bool) (x y : A * B) : bool :=
  a (fst x) (fst y) && b (snd x) (snd y).

Lemma float_decides : decides float_eqb.
Proof.
  intros x y. split.
  - destruct x, y; simpl; try discriminate; try reflexivity; rewrite ?andb_true_iff, ?Bool.eqb_true_iff;
      try (intros ->; reflexivity).
    intros [-> [H1 H2]]. apply Pos.eqb_eq in H1. apply Z.eqb_eq in H2. subst. reflexivity.
  - intros ->. destruct y; simpl; rewrite ?andb_true_iff, ?Bool.eqb_true_iff, ?Pos.eqb_eq, ?Z.eqb_eq; auto.
Qed.

Lemma pair_decides {A B} (a : A -> A -> bool) (b : B -> B -> bool) :
  decides a -> decides b -> decides (pair_eqb a b).
Proof.
  intros Ha Hb [x1 x2] [y1 y2]. unfold pair_eqb. cbn [fst snd]. rewrite andb_true_iff, (Ha x1 y1), (Hb x2 y2).
  split; [intros [-> ->]; reflexivity|]. intro E. injection E. auto.
Qed.

Lemma not_equal {A} (eqb : A -> A -> bool) x y : decides eqb -> negb (eqb x y) = true -> x <> y.
Proof. intros D H E. apply negb_true_iff in H. apply D in E. congruence. Qed.

(** * Runs *)

Section Run.
  Context {A : Type} (f : A -> A).

  Lemma after_succ x n : after f x (N.succ n) = f (after f x n).
  Proof. apply N.iter_succ. Qed.

  Lemma after_sum x n m : after f x (n + m) = after f (after f x n) m.
  Proof. unfold after. rewrite N.add_comm. apply N.iter_add. Qed.

  Lemma fixed_stays v m : f v = v -> after f v m = v.
  Proof. intro H. induction m using N.peano_ind; [reflexivity|]. rewrite after_succ, IHm. exact H. Qed.

  Lemma period_repeats y p k : after f y p = y -> after f y (k * p) = y.
  Proof.
    intro H. induction k using N.peano_ind; [reflexivity|]. rewrite N.mul_succ_l, after_sum, IHk. exact H.
  Qed.

  Lemma equal_later x n m k : after f x n = after f x m -> after f x (n + k) = after f x (m + k).
  Proof. intro H. rewrite !after_sum, H. reflexivity. Qed.

  (** n updates of x, and whether [good] held for all the states before the last. *)
  Definition walk (good : A -> bool) (x : A) (n : N) : A * bool :=
    N.iter n (fun '(s, ok) => (f s, ok && good s)) (x, true).

  Lemma walk_sound good x n :
    fst (walk good x n) = after f x n /\
    (snd (walk good x n) = true -> forall i, i < n -> good (after f x i) = true).
  Proof.
    induction n as [|n IH] using N.peano_ind; [split; [reflexivity|intros; lia]|].
    unfold walk in *. rewrite N.iter_succ, after_succ. destruct (N.iter n _ (x, true)) as [s ok].
    cbn [fst snd] in IH |- *. destruct IH as [I1 I2]. split; [rewrite I1; reflexivity|].
    intros E i Hi. apply andb_true_iff in E. destruct E as [E1 E2].
    destruct (N.eq_dec i n) as [->|Hne]; [rewrite <- I1; exact E2|]. apply I2; [exact E1|lia].
  Qed.

  (** ** A run that halts: only its last update is looked at *)
  Definition halts_check (eqb : A -> A -> bool) (x : A) (n : N) (v : A) : bool :=
    eqb (f v) v &&
    match n with
    | 0 => eqb x v
    | _ => let w := after f x (N.pred n) in negb (eqb w v) && eqb (f w) v
    end.

  Theorem halts_sound eqb x n v : decides eqb -> halts_check eqb x n v = true ->
    arrives f (fun s => s) x n v.
  Proof.
    intros D H. unfold halts_check in H. apply andb_true_iff in H. destruct H as [F H]. apply D in F.
    assert (S : after f x n = v -> forall m, n <= m -> after f x m = v).
    { intros E m Hm. replace m with (n + (m - n)) by lia. rewrite after_sum, E. apply fixed_stays, F. }
    destruct n as [|p].
    - apply D in H. split; [intros; lia|]. apply S. exact H.
    - cbv zeta in H. apply andb_true_iff in H. destruct H as [H1 H2]. apply (not_equal eqb) in H1; [|exact D].
      apply D in H2. rewrite <- after_succ, N.succ_pred in H2 by lia. split; [|apply S; exact H2].
      intros m Hm E. apply H1. replace (N.pred (Npos p)) with (m + (N.pred (Npos p) - m)) by lia.
      rewrite after_sum, E. apply fixed_stays, F.
  Qed.

  (** ** What is watched arrives, while the state still moves for [more] updates *)
  Definition arrives_check {B} (eqb : A -> A -> bool) (eqb' : B -> B -> bool) (watch : A -> B)
      (x : A) (n more : N) (v : B) : bool :=
    let '(s, early) := walk (fun s => negb (eqb' (watch s) v)) x n in
    let '(t, late) := walk (fun s => eqb' (watch s) v) s more in
    early && late && eqb' (watch t) v && eqb (f t) t.

  Theorem arrives_sound {B} eqb (eqb' : B -> B -> bool) watch x n more v :
    decides eqb -> decides eqb' -> arrives_check eqb eqb' watch x n more v = true -> arrives f watch x n v.
  Proof.
    intros D D' H. unfold arrives_check in H.
    assert (W1 := walk_sound (fun s => negb (eqb' (watch s) v)) x n).
    destruct (walk _ x n) as [s early]. cbn [fst snd] in W1. destruct W1 as [-> E1].
    assert (W2 := walk_sound (fun s => eqb' (watch s) v) (after f x n) more).
    destruct (walk _ (after f x n) more) as [t late]. cbn [fst snd] in W2. destruct W2 as [-> E2].
    repeat (apply andb_true_iff in H; destruct H as [H ?]). apply D in H0. apply D' in H1.
    split; intros m Hm.
    - apply (not_equal eqb'); [exact D'|]. apply E1; assumption.
    - replace m with (n + (m - n)) by lia. rewrite after_sum.
      destruct (N.lt_ge_cases (m - n) more) as [L|L].
      + apply D'. apply E2; assumption.
      + replace (m - n) with (more + (m - n - more)) by lia. rewrite after_sum, fixed_stays; assumption.
  Qed.

  (** ** Cycles: one run to the cycle, and once around *)
  Definition cycles_check (eqb : A -> A -> bool) (x : A) (tail p : N) : bool :=
    let w := after f x (N.pred tail) in
    let y := match tail with 0 => w | _ => f w end in
    let '(l, apart) := walk (fun s => negb (eqb (f s) y)) y (N.pred p) in
    N.ltb 0 p && apart && eqb (f l) y && match tail with 0 => true | _ => negb (eqb w l) end.

  Theorem cycles_sound eqb x tail p : decides eqb -> cycles_check eqb x tail p = true -> cycles f x tail p.
  Proof.
    intros D H. unfold cycles_check in H. cbv zeta in H.
    assert (E : match tail with 0 => after f x (N.pred tail) | _ => f (after f x (N.pred tail)) end
        = after f x tail) by (destruct tail; [reflexivity|rewrite <- after_succ, N.succ_pred by lia; reflexivity]).
    rewrite E in H. clear E. set (y := after f x tail) in *.
    assert (W := walk_sound (fun s => negb (eqb (f s) y)) y (N.pred p)).
    destruct (walk _ y (N.pred p)) as [l apart]. cbn [fst snd] in W. destruct W as [-> W].
    repeat (apply andb_true_iff in H; destruct H as [H ?]).
    apply N.ltb_lt in H. apply D in H1. specialize (W H2). rewrite <- after_succ, N.succ_pred in H1 by lia.
    assert (Y : forall k, after f x (tail + k * p) = y).
    { intro k. rewrite after_sum. apply period_repeats. exact H1. }
    repeat split.
    - intros n Hn. replace (n + p) with (tail + (p + (n - tail))) by lia. replace n with (tail + (n - tail)) at 2 by lia.
      rewrite !(after_sum _ tail). fold y. rewrite after_sum, H1. reflexivity.
    - intros n Hn E. destruct tail as [|t]; [lia|]. apply (not_equal eqb) in H0; [|exact D]. apply H0.
      apply equal_later with (k := N.pred (Npos t) - n) in E.
      replace (n + (N.pred (Npos t) - n)) with (N.pred (Npos t)) in E by lia. rewrite <- E. unfold y.
      rewrite <- after_sum. f_equal. lia.
    - intros n q Q0 Q1 E.
      assert (K : exists k, n <= tail + k * p) by (exists n; nia). destruct K as [k Hk].
      apply equal_later with (k := tail + k * p - n) in E.
      replace (n + (tail + k * p - n)) with (tail + k * p) in E by lia.
      replace (n + q + (tail + k * p - n)) with (tail + k * p + q) in E by lia.
      rewrite after_sum, Y in E. specialize (W (N.pred q) ltac:(lia)).
      apply (not_equal eqb) in W; [|exact D]. apply W. rewrite <- after_succ, N.succ_pred by lia. exact E.
  Qed.
End Run.
