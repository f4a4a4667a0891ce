/** Texts with fewer words than this on average are short, as questions are. */
export const SHORT_MEAN = 15;
