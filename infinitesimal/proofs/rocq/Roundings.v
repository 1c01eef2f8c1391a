(** Machines in the five roundings of IEEE 754, and e4m3fn, which has no infinities. The standard library rounds to
    nearest, ties to even, alone; its significands, exponents and shifts are used here with the rounding as a
    parameter, and to nearest, ties to even, the operations are proved to be its own. No axioms.

    The words that a statement uses are the roundings, [rounded], [e4m3fn], [round_in] and the operations. *)
Require Import ZArith NArith QArith Lia Bool SpecFloat.
From Infinitesimal Require Import Machines.
Open Scope Z_scope.

(** * Words *)

Inductive rounding := nearest_even | nearest_away | toward_zero | upward | downward.

(** A format with a rounding. [last] is None where infinities follow the largest finite number of the format; it is
    Some (m, e) where the largest is m * 2^e, and what is beyond it, or divided by zero, is NaN. *)
Record arithmetic := Arithmetic { shape : format; direction : rounding; last : option (positive * Z) }.

Definition rounded (F : format) (r : rounding) := Arithmetic F r None.

(** Four bits, subnormals below 2^-6 as in [Format 4 8], and the largest number 448. *)
Definition e4m3fn (r : rounding) := Arithmetic (Format 4 8) r (Some (14%positive, 5)).

Section Operations.
  Variable A : arithmetic.
  Let p := precision (shape A).
  Let top := emax (shape A).

  (** The integer that is picked for a number of the size m and a rest, which is where [l] says: nothing, or less than
      a half, a half, or more. *)
  Definition pick (negative : bool) (m : Z) (l : location) : Z :=
    match direction A, l with
    | nearest_even, _ => round_nearest_even m l
    | _, loc_Exact => m
    | nearest_away, loc_Inexact Lt => m
    | nearest_away, loc_Inexact _ => m + 1
    | toward_zero, loc_Inexact _ => m
    | upward, loc_Inexact _ => if negative then m else m + 1
    | downward, loc_Inexact _ => if negative then m + 1 else m
    end.

  Definition fits (m : positive) (e : Z) : bool :=
    match last A with None => Zle_bool e (top - p) | Some (k, f) => Z.ltb e f || Z.eqb e f && Pos.leb m k end.

  (** What a division by zero gives. *)
  Definition infinite (negative : bool) : spec_float :=
    match last A with None => S754_infinity negative | Some _ => S754_nan end.

  (** What a number beyond the largest one gives: that one where the rounding is inward. *)
  Definition beyond (negative : bool) : spec_float :=
    let inward := match direction A with
      | toward_zero => true | upward => negative | downward => negb negative | _ => false end in
    let '(k, f) := match last A with None => (Z.to_pos (2 ^ p - 1), top - p) | Some largest => largest end in
    if inward then S754_finite negative k f else infinite negative.

  (** The number of size (m + a rest) * 2^e, rounded once. *)
  Definition round_at (negative : bool) (m e : Z) (l : location) : spec_float :=
    let '(kept, e1) := shr_fexp p top m e l in
    let '(whole, e2) := shr_fexp p top (pick negative (shr_m kept) (loc_of_shr_record kept)) e1 loc_Exact in
    match shr_m whole with
    | Z0 => S754_zero negative
    | Zpos m => if fits m e2 then S754_finite negative m e2 else beyond negative
    | Zneg _ => S754_nan
    end.

  Definition round_exact (negative : bool) (m : positive) (e : Z) : spec_float :=
    let '(m, e) := shl_align m e (fexp p top (Zpos (digits2_pos m) + e)) in round_at negative (Zpos m) e loc_Exact.

  (** The sign of x - x. *)
  Definition sign_of_none : bool := match direction A with downward => true | _ => false end.

  Definition round_sum (m e : Z) : spec_float :=
    match m with
    | Z0 => S754_zero sign_of_none
    | Zpos m => round_exact false m e
    | Zneg m => round_exact true m e
    end.

  Definition add_in (x y : spec_float) : spec_float :=
    match x, y with
    | S754_zero s, S754_zero t => S754_zero (if Bool.eqb s t then s else sign_of_none)
    | S754_finite s m e, S754_finite t k f =>
        let low := Z.min e f in
        round_sum (cond_Zopp s (Zpos (fst (shl_align m e low))) + cond_Zopp t (Zpos (fst (shl_align k f low)))) low
    | _, _ => SFadd p top x y
    end.

  Definition sub_in (x y : spec_float) : spec_float := add_in x (SFopp y).

  Definition mul_in (x y : spec_float) : spec_float :=
    match x, y with
    | S754_finite s m e, S754_finite t k f => round_at (xorb s t) (Zpos (m * k)) (e + f) loc_Exact
    | _, _ => SFmul p top x y
    end.

  Definition div_in (x y : spec_float) : spec_float :=
    match x, y with
    | S754_finite s m e, S754_finite t k f =>
        let '(q, e, l) := SFdiv_core_binary p top (Zpos m) e (Zpos k) f in round_at (xorb s t) q e l
    | S754_finite s _ _, S754_zero t => infinite (xorb s t)
    | _, _ => SFdiv p top x y
    end.

  (** A rational, rounded once: its numerator divided by its denominator. *)
  Definition round_in (q : Q) : spec_float :=
    let '(m, e, l) := SFdiv_core_binary p top (Z.abs (Qnum q)) 0 (Zpos (Qden q)) 0 in
    match Qnum q with Z0 => S754_zero false | _ => round_at (Z.ltb (Qnum q) 0) m e l end.
End Operations.

Definition neg_in (A : arithmetic) : spec_float -> spec_float := SFopp.

(** * To nearest, ties to even, these are the standard library's *)

Section Same.
  Variable F : format.
  Let A := rounded F nearest_even.

  Lemma round_at_same s m e l : round_at A s m e l = binary_round_aux (precision F) (emax F) s m e l.
  Proof.
    unfold round_at, binary_round_aux. cbn [A rounded shape]. destruct (shr_fexp _ _ m e l) as [kept e1].
    unfold pick. cbn [A rounded direction]. destruct (shr_fexp _ _ _ e1 loc_Exact) as [whole e2].
    destruct (shr_m whole); reflexivity.
  Qed.

  Lemma round_exact_same s m e : round_exact A s m e = binary_round (precision F) (emax F) s m e.
  Proof.
    unfold round_exact, binary_round. cbn [A rounded shape]. destruct (shl_align _ _ _). apply round_at_same.
  Qed.

  Lemma round_sum_same m e : round_sum A m e = binary_normalize (precision F) (emax F) m e false.
  Proof. destruct m; [reflexivity| |]; apply round_exact_same. Qed.

  Theorem add_same x y : add_in A x y = add F x y.
  Proof.
    destruct x as [s| | |s m e], y as [t| | |t k f]; try reflexivity; try apply round_sum_same.
    destruct s, t; reflexivity.
  Qed.

  Theorem sub_same x y : sub_in A x y = sub F x y.
  Proof.
    unfold sub_in. rewrite add_same. destruct x as [s|s| |s m e], y as [t|t| |t k f]; try reflexivity.
    unfold add, sub, SFadd, SFsub, SFopp. cbv zeta. f_equal. unfold Z.sub. f_equal. destruct t; reflexivity.
  Qed.

  Theorem neg_same x : neg_in A x = neg F x.
  Proof. reflexivity. Qed.

  Theorem mul_same x y : mul_in A x y = mul F x y.
  Proof. destruct x, y; try reflexivity; apply round_at_same. Qed.

  Theorem div_same x y : div_in A x y = div F x y.
  Proof.
    destruct x as [| | |s m e], y as [| | |t k f]; try reflexivity; unfold div_in, div, SFdiv; cbn [A rounded shape];
      destruct (SFdiv_core_binary _ _ _ _ _ _) as [[q e'] l]; apply round_at_same.
  Qed.

  Theorem round_same q : round_in A q = round F q.
  Proof.
    destruct q as [[|n|n] d]; unfold round_in, round; cbn [Qnum Qden Z.abs A rounded shape];
      destruct (SFdiv_core_binary _ _ _ _ _ _) as [[q e'] l]; try reflexivity; apply round_at_same.
  Qed.
End Same.
