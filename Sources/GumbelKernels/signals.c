// Signals and code that has the stack pointer elsewhere.
//
// The system delivers a signal by writing some kilobytes below the stack pointer of the thread that
// it interrupts. oneDNN's products point it into the heap while they run, and what lies below them
// there would be overwritten. So signals wait while such code runs. Blocking and unblocking them
// takes two system calls, 0.3 us together, which is 1 % of most of the smallest products that oneDNN is
// asked for (small_products.inc.h); a scope shares them among the products in it.
#include <pthread.h>
#include <signal.h>
#include <stdint.h>

#include "GumbelKernels.h"

// About two milliseconds of products: for longer no signal is kept waiting within a scope.
static const uint64_t most_work = (uint64_t)1 << 27;

static _Thread_local int scopes;
static _Thread_local bool are_blocked, is_final;
static _Thread_local uint64_t work_done;
static _Thread_local sigset_t mask_before;

static void block(sigset_t *before) {
  sigset_t signals;
  sigfillset(&signals);
  // A fault of this very thread cannot wait: blocked, it would end the process without a word.
  int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&signals, faults[i]);
  pthread_sigmask(SIG_BLOCK, &signals, before);
}

static void unblock(void) {
  are_blocked = false;
  pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
}

void gk_block_signals(void) {
  block(NULL);
  is_final = true;
}

void gk_signal_scope_begin(void) { scopes++; }

void gk_signal_scope_end(void) {
  if (--scopes == 0 && are_blocked) unblock();
}

void gk_defer_signals(uint64_t work) {
  if (is_final) return;
  if (are_blocked && work_done > most_work) unblock();
  if (!are_blocked) {
    block(&mask_before);
    are_blocked = true;
    work_done = 0;
  }
  work_done += work;
}
