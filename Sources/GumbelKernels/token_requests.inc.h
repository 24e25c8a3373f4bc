// Draws from an engine's own logits, with a request for each row: its settings, its key, and what changes
// some of its logits first.

// MARK: - Numbers of an engine's types

static uint32_t bits_of_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint16_t nearest_float16(float x) {
  uint32_t bits = bits_of_float(x), magnitude = bits & 0x7fffffff;
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From halfway beyond the largest on.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: beside 1/2, a float is as coarse as these are.
    return sign | (uint16_t)(bits_of_float(fabsf(x) + 0.5f) - 0x3f000000);
  }
  magnitude += 0xfff + (magnitude >> 13 & 1);
  return sign | (uint16_t)((magnitude - 0x38000000) >> 13);
}

static uint16_t nearest_bfloat16(float x) {
  uint32_t bits = bits_of_float(x);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// MARK: - Changes of a few logits

/// Puts a logit into its place, and returns the bits that were there.
INLINE uint32_t replace_logit(void *x, gk_logit_type type, size_t i, float value) {
  if (type == GK_LOGIT_FLOAT32) {
    float *p = (float *)x + i;
    uint32_t before = bits_of_float(*p);
    *p = value;
    return before;
  }
  uint16_t *p = (uint16_t *)x + i, before = *p;
  *p = type == GK_LOGIT_FLOAT16 ? nearest_float16(value) : nearest_bfloat16(value);
  return before;
}

INLINE void restore_logit(void *x, gk_logit_type type, size_t i, uint32_t bits) {
  if (type == GK_LOGIT_FLOAT32) memcpy((float *)x + i, &bits, sizeof bits);
  else ((uint16_t *)x)[i] = (uint16_t)bits;
}

static bool penalises(const gk_token_request *q) {
  const gk_token_penalties *p = &q->penalties;
  return q->history_count && (p->repetition != 1 || p->presence != 0 || p->frequency != 0);
}

/// Looks for tokens that are none; true where there is one.
static bool names_unknown_token(gk_token_request *q, size_t k) {
  for (size_t i = 0; i < q->bias_count; i++) {
    if ((uint32_t)q->bias[i].token < k) continue;
    q->status = GK_TOKEN_UNKNOWN, q->place = q->bias[i].token;
    return true;
  }
  for (size_t i = 0; penalises(q) && i < q->history_count; i++) {
    if ((uint32_t)q->history[i].token < k) continue;
    q->status = GK_TOKEN_UNKNOWN, q->place = q->history[i].token;
    return true;
  }
  return false;
}

/// Penalises, and keeps what was there.
INLINE void penalise_logits(
    const gk_token_request *q, void *x, const gk_logit_type type, uint32_t *saved) {
  const gk_token_penalties p = q->penalties;
  const gk_token_count *history = q->history;
  for (size_t i = 0, n = q->history_count; i < n; i++) {
    const gk_token_count c = history[i];
    size_t token = (size_t)c.token;
    double logit = typed_logit(x, type, token);
    // Both, since signs of logits cannot be predicted.
    double divided = logit / p.repetition, multiplied = logit * p.repetition;
    logit = logit > 0 ? divided : multiplied;
    double loss = c.generated > 0 ? p.presence + c.generated * p.frequency : 0;
    saved[i] = replace_logit(x, type, token, (float)(logit - loss));
  }
}

/// Adds biases, then penalises, and keeps what was there.
static void change_logits(const gk_token_request *q, void *x, gk_logit_type type) {
  for (size_t i = 0; i < q->bias_count; i++) {
    size_t token = (size_t)q->bias[i].token;
    float logit = typed_logit(x, type, token);
    q->saved[i] = replace_logit(x, type, token, logit + q->bias[i].value);
  }
  if (!penalises(q)) return;
  uint32_t *saved = q->saved + q->bias_count;
  switch (type) {
    case GK_LOGIT_FLOAT32: penalise_logits(q, x, GK_LOGIT_FLOAT32, saved); break;
    case GK_LOGIT_FLOAT16: penalise_logits(q, x, GK_LOGIT_FLOAT16, saved); break;
    case GK_LOGIT_BFLOAT16: penalise_logits(q, x, GK_LOGIT_BFLOAT16, saved); break;
  }
}

/// Undoes the changes, the last one first: a token may be in both lists.
static void restore_logits(const gk_token_request *q, void *x, gk_logit_type type) {
  size_t penalties = penalises(q) ? q->history_count : 0;
  for (size_t i = penalties; i-- > 0;) {
    restore_logit(x, type, (size_t)q->history[i].token, q->saved[q->bias_count + i]);
  }
  for (size_t i = q->bias_count; i-- > 0;) {
    restore_logit(x, type, (size_t)q->bias[i].token, q->saved[i]);
  }
}

// MARK: - Scores

/// Log-probabilities of logits as they are: x - top - log_weight.
typedef struct {
  double top, log_weight;
} raw_scale;

static raw_scale scale_of_logits(const void *x, gk_logit_type type, size_t n) {
  float tile[noise_tile];
  double top = -INFINITY, sum = 0;
  for (size_t c = 0; c < n; c += noise_tile) {
    size_t length = n - c < noise_tile ? n - c : noise_tile;
    const float *p = (const float *)x + c;
    if (type != GK_LOGIT_FLOAT32) {
      for (size_t i = 0; i < length; i += 8) {
        store_up_to(tile + i, load_typed(x, type, c + i, length - i, 0), length - i);
      }
      p = tile;
    }
    double here = max_run(p, length);
    if (here != here) return (raw_scale){NAN, NAN};
    // Beyond that, a whole vocabulary is nothing.
    if (here == -INFINITY || here < top - 60) continue;
    if (here > top) {
      sum = here < INFINITY ? sum * exp(top - here) : 0;
      top = here;
    }
    if (top < INFINITY) {
      sum += sum_exp_run(p, (float)top, length);
    } else {
      for (size_t i = 0; i < length; i++) sum += p[i] == INFINITY;
    }
  }
  return (raw_scale){top, log(sum)};
}

static float raw_log_probability(raw_scale s, float x) {
  return (float)((x == s.top ? 0 : x - s.top) - s.log_weight);
}

/// Lists the entries that are kept, which have to fit.
static void list_kept(token_row *row, const token_cutoff *cut) {
  float room[token_tile];
  size_t count = 0;
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= cut->value)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *p = floats_of(row, begin, n, room);
      vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)begin;
      for (size_t i = 0; i < n; i += 8, index += 8) {
        vf x = load_up_to(p + i, n - i, -INFINITY);
        uint32_t lanes = lane_bits(kept_lanes(row->top, *cut, x, index));
        count = note_entries(row, count, begin + i, p + i, lanes);
      }
    }
  }
  row->count = count;
  row->listed = true, row->sorted = false;
  row->list_floor = cut->value;
}

/// The `wanted` largest of what is kept, in order; how many there are.
static size_t rank_row(
    token_row *row, token_cutoff cut, const gk_token_sampling *s, size_t wanted, int32_t *tokens) {
  if (s && s->greedy) {
    tokens[0] = cut.last;
    return 1;
  }
  if (row->top == INFINITY) {
    list_entries(row, INFINITY, INFINITY);
    if (row->count > token_list) row->count = token_list;
  } else {
    if (row->listed && row->count < wanted && !(row->list_floor <= cut.value)) row->listed = false;
    if (!row->listed) list_top(row, wanted);
    if (!row->listed || (row->count < wanted && !(row->list_floor <= cut.value))) {
      cut = cut_by_weight(row, cut, (double)wanted, true);
      list_kept(row, &cut);
    }
    sort_list(row);
  }
  size_t found = 0;
  for (size_t i = 0; i < row->count && found < wanted; i++) {
    int32_t index = (int32_t)entry_index(row->list[i]);
    if (is_kept(row, &cut, entry_value(row->list[i]), index)) tokens[found++] = index;
  }
  return found;
}

// MARK: - Rows

/// Why there is no token, and what a row without one gets.
static void refuse_request(
    const gk_token_batch *batch, gk_token_request *q, size_t r, const void *x, bool has_nan) {
  if (q->status == GK_TOKEN_DRAWN) {
    q->status = has_nan ? GK_TOKEN_NOT_A_NUMBER : GK_TOKEN_NONE;
    q->place = q->mask ? 0 : -1;
    for (size_t w = 0; q->mask && w < (batch->k + 63) / 64; w++) {
      q->place += __builtin_popcountll(q->mask[w]);
    }
    for (size_t i = 0; has_nan && i < batch->k; i++) {
      float logit = typed_logit(x, batch->type, i);
      if (logit == logit || (q->mask && !(q->mask[i / 64] >> (i % 64) & 1))) continue;
      q->place = (int64_t)i;
      break;
    }
  }
  batch->tokens[r] = -1;
  if (batch->log_probabilities) batch->log_probabilities[r] = NAN;
  for (size_t i = 0; i < batch->best; i++) {
    batch->best_tokens[r * batch->best + i] = -1;
    batch->best_log_probabilities[r * batch->best + i] = NAN;
  }
}

static void draw_request(
    const gk_token_batch *batch, gk_token_request *q, size_t r, token_row *row) {
  const gk_logit_type type = batch->type;
  const size_t k = batch->k, width = type == GK_LOGIT_FLOAT32 ? 4 : 2;
  void *x = (char *)batch->logits + r * batch->stride * width;
  if (q->status != GK_TOKEN_DRAWN || names_unknown_token(q, k)) {
    refuse_request(batch, q, r, x, false);
    return;
  }
  const gk_token_sampling *s = &q->sampling;
  const bool scored = batch->log_probabilities || batch->best, raw = batch->raw_scores;
  const raw_scale scale =
      scored && raw ? scale_of_logits(x, type, k) : (raw_scale){0, 0};
  const bool changes = q->bias_count || penalises(q);
  if (changes) change_logits(q, x, type);
  scan_row(row, x, type, k, q->mask);
  if (!is_valid_row(row)) {
    refuse_request(batch, q, r, x, row->has_nan);
    if (changes) restore_logits(q, x, type);
    return;
  }
  token_cutoff cut = cut_row(row, s);
  int32_t token = draw_from_row(row, &cut, s, q->key);
  batch->tokens[r] = token;
  float drawn = logit_at(row, (size_t)token);
  q->surprise = row->surprise.rate > 0 ? surprise_of(row, drawn) : NAN;
  if (!scored) {
    if (changes) restore_logits(q, x, type);
    return;
  }
  int32_t *best = batch->best_tokens + r * batch->best;
  float *best_scores = batch->best_log_probabilities + r * batch->best;
  size_t found = 0;
  if (raw) {
    if (changes) restore_logits(q, x, type);
    drawn = typed_logit(x, type, (size_t)token);
    if (batch->log_probabilities) {
      batch->log_probabilities[r] = raw_log_probability(scale, drawn);
    }
    if (batch->best && scale.top == scale.top) {
      if (changes || q->mask || row->top != row->highest) scan_row(row, x, type, k, NULL);
      found = rank_row(row, keep_all, NULL, batch->best, best);
      for (size_t i = 0; i < found; i++) {
        best_scores[i] = raw_log_probability(scale, typed_logit(x, type, (size_t)best[i]));
      }
    }
  } else {
    double log_weight = log_of_kept_weight(row, &cut, s);
    if (batch->log_probabilities) {
      batch->log_probabilities[r] = log_probability(row, s, log_weight, drawn);
    }
    if (batch->best) {
      found = rank_row(row, cut, s, batch->best, best);
      for (size_t i = 0; i < found; i++) {
        best_scores[i] = log_probability(row, s, log_weight, logit_at(row, (size_t)best[i]));
      }
    }
    if (changes) restore_logits(q, x, type);
  }
  for (size_t i = found; i < batch->best; i++) {
    best[i] = -1;
    best_scores[i] = -INFINITY;
  }
}

static void draw_token_rows(
    const gk_token_batch *batch, gk_token_request *requests, size_t begin, size_t end) {
  token_row row;
  for (size_t r = begin; r < end; r++) draw_request(batch, requests + r, r, &row);
}
