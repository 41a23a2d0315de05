/** The normal distribution's quantile of 97.5 %: what lies within so many standard errors has 95 %. */
const z95 = 1.959963984540054;

/**
 * The most that a share can be at 95 % confidence (two-sided), when `hits` of `draws` independent draws had it: the upper
 * end of Wilson's score interval, which holds for no hits at all, too.
 * Source: Edwin B. Wilson: Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927.
 */
export function wilsonUpperBound(hits: number, draws: number): number {
  const share = hits / draws;
  const square = z95 * z95;
  const spread = z95 * Math.sqrt((share * (1 - share)) / draws + square / (4 * draws * draws));
  return Math.min(1, (share + square / (2 * draws) + spread) / (1 + square / draws));
}

/**
 * Independent draws that bring a share to within `margin` with probability 95 %, whatever the share is: ln(2 / 0.05) / (2
 * margin²).
 * Source: Wassily Hoeffding: Probability Inequalities for Sums of Bounded Random Variables, JASA 58, 1963.
 */
export function hoeffdingSampleSize(margin: number): number {
  return Math.ceil(Math.log(2 / 0.05) / (2 * margin * margin));
}
