(** Achilles and the tortoise, stage by stage. No axioms. *)
Require Import QArith Qabs Lqa Lia Bool.
From Infinitesimal Require Import Limits.
Open Scope Q_scope.

Section Race.
  Variables achilles tortoise head_start : Q.
  Definition stage : Q * Q -> Q * Q := fun '(x, gap) => (x + gap, gap * tortoise / achilles).
  Definition at_stage (n : nat) : Q * Q := Nat.iter n stage (0, head_start).

  Lemma next n : at_stage (S n) = stage (at_stage n).
  Proof. reflexivity. Qed.

  Lemma gap_closed n : ~ achilles == 0 ->
    snd (at_stage n) == head_start * power (tortoise / achilles) n.
  Proof.
    intro H. induction n; [cbn [power]; unfold at_stage; cbn [Nat.iter nat_rect snd]; ring|].
    rewrite next. destruct (at_stage n) as [x gap]. cbn [stage snd power] in *. rewrite IHn. field. exact H.
  Qed.

  Lemma place_closed n : ~ achilles == 0 -> ~ achilles - tortoise == 0 ->
    head_start * achilles / (achilles - tortoise) - fst (at_stage n) ==
    head_start * achilles / (achilles - tortoise) * power (tortoise / achilles) n.
  Proof.
    intros H D. induction n; [cbn [power]; unfold at_stage; cbn [Nat.iter nat_rect fst]; ring|].
    rewrite next. assert (G := gap_closed n H). destruct (at_stage n) as [x gap]. cbn [stage fst snd power] in *.
    setoid_replace (head_start * achilles / (achilles - tortoise) - (x + gap))
      with ((head_start * achilles / (achilles - tortoise) - x) - gap) by ring.
    rewrite IHn, G. field. split; assumption.
  Qed.
End Race.

Definition race_check (a t d time place : Q) (k : positive) (j : nat) : bool :=
  negb (Qle_bool t 0) && negb (Qle_bool a t) && negb (Qle_bool d 0) &&
  Qeq_bool (time * (a - t)) d && Qeq_bool place (a * time) && decays place (t / a) k j.

Theorem race_sound a t d time place k j : race_check a t d time place k j = true ->
  let x := fun n => fst (Nat.iter n (stage a t) (0, d)) in
  let gap := fun n => snd (Nat.iter n (stage a t) (0, d)) in
  (forall n, 0 < gap n /\ gap n == d * power (t / a) n) /\
  (forall s, s < time -> a * s < d + t * s) /\
  a * time == place /\ d + t * time == place /\
  (forall n, x n < place) /\
  converges x place (fun m => Pos.to_nat k * (m + j))%nat.
Proof.
  intro H. unfold race_check in H. apply andb_true_iff in H. destruct H as [H D]. facts.
  assert (A : 0 < a) by lra. assert (NA : ~ a == 0) by lra. assert (NT : ~ a - t == 0) by lra.
  assert (P : place == d * a / (a - t)).
  { match goal with h : place == _ |- _ => rewrite h end.
    match goal with h : _ == d |- _ => rewrite <- h end. field. exact NT. }
  assert (R : 0 < t / a) by (apply Qlt_shift_div_l; lra).
  assert (W : forall n, 0 < power (t / a) n) by (intro n; apply power_positive; exact R).
  assert (PP : 0 < place).
  { rewrite P. apply Qlt_shift_div_l; [lra|].
    assert (0 < d * a) by (apply Qmult_lt_0_compat; assumption). lra. }
  assert (C : forall n, place - fst (Nat.iter n (stage a t) (0, d)) == place * power (t / a) n).
  { intro n. rewrite P. exact (place_closed a t d n NA NT). }
  cbv zeta. repeat split.
  - assert (G := gap_closed a t d n NA). unfold at_stage in G. rewrite G. apply Qmult_lt_0_compat; auto.
  - exact (gap_closed a t d n NA).
  - intros s Hs. match goal with h : _ == d |- _ => rewrite <- h end. nra.
  - lra.
  - rewrite P. match goal with h : _ == d |- _ => rewrite <- h end. field. exact NT.
  - intro n. specialize (C n). assert (0 < place * power (t / a) n) by (apply Qmult_lt_0_compat; auto). lra.
  - intros m n Hn. rewrite Qabs_Qminus, C, Qabs_Qmult, power_abs, (Qabs_pos place) by lra.
    apply (decay place (t / a) k j); auto. lra.
Qed.
