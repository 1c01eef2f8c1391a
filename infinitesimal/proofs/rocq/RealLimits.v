(** A rational limit with a modulus is a limit of real numbers. It rests on what the standard library builds its real
    numbers on: [ClassicalDedekindReals.sig_forall_dec] and [functional_extensionality_dep]. *)
Require Import Reals Lra Lia QArith Qabs Qreals.
From Infinitesimal Require Import Limits.
Open Scope R_scope.

Lemma real_abs x : Q2R (Qabs x) = Rabs (Q2R x).
Proof.
  destruct (Qlt_le_dec x 0) as [H|H].
  - rewrite (Qeq_eqR _ _ (Qabs_neg x (Qlt_le_weak _ _ H))), Q2R_opp, Rabs_left; [reflexivity|].
    apply Qlt_Rlt in H. rewrite RMicromega.Q2R_0 in H. exact H.
  - rewrite (Qeq_eqR _ _ (Qabs_pos x H)), Rabs_right; [reflexivity|].
    apply Qle_Rle in H. rewrite RMicromega.Q2R_0 in H. lra.
Qed.

Lemma real_power n : Q2R (power (1 # 2) n) = (/ 2) ^ n.
Proof.
  induction n; cbn [power pow]; [exact RMicromega.Q2R_1|]. rewrite Q2R_mult, IHn. unfold Q2R. simpl. lra.
Qed.

Theorem converges_real u L modulus : converges u L modulus -> Un_cv (fun n => Q2R (u n)) (Q2R L).
Proof.
  intros H eps He. destruct (pow_lt_1_zero (/ 2) ltac:(rewrite Rabs_right; lra) eps He) as [m Hm].
  exists (modulus m). intros n Hn. unfold R_dist. rewrite <- Q2R_minus, <- real_abs.
  apply Rle_lt_trans with (Q2R (power (1 # 2) m)); [apply Qle_Rle, H, Hn|].
  rewrite real_power. specialize (Hm m (le_n m)). rewrite Rabs_right in Hm; [exact Hm|].
  apply Rle_ge, pow_le. lra.
Qed.

(** Proves a conjunction whose last part is the real limit of a rational one in the first part; [exactly] proves that. *)
Ltac with_real_limit exactly :=
  match goal with |- ?A /\ _ => let H := fresh in
    assert (H : A); [exactly|split; [exact H|decompose [and] H; eapply converges_real; eassumption]] end.
