// The thread pool: one for the process, started by the first big enough call, asleep when idle.
#pragma once
#include "core/base.h"
#include "tealight/threads.h"

namespace tealight {

/// Calls fn(b, e) for pieces that together make up [begin, end), each (but the last) at least
/// `grain` long, on several threads at once; returns when all are done. Work below two grains runs
/// in the caller.
///
/// The caller's grad mode, inference mode and memory budget hold in all of them.
/// Where pieces are cut depends on the thread count: the body must give the same values however
/// they are cut. The first exception thrown by a body is thrown again here. Any thread may call
/// this; callers at the same time share out the pool's threads. After fork() the child starts a
/// pool of its own.
void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> fn);

/// What one item of a loop costs: arithmetic (a fused multiply-add counts as two) and the bytes it
/// reads and writes.
struct Work {
  double flops = 0, bytes = 0;
};
/// The grain for parallel_for: items that take some 10 us on this processor. Handing work to a
/// thread that is awake costs less than 1 us, waking one up to 50 us, so loops of less than two
/// grains are best left to the caller.
int64_t grain_of(Work item);

/// While it lives, the thread that made it uses at most `threads` threads, itself included. The
/// narrower of nested limits holds; n < 1 is none.
class ThreadLimitScope {
 public:
  explicit ThreadLimitScope(int threads);
  ~ThreadLimitScope();
  ThreadLimitScope(const ThreadLimitScope&) = delete;
  ThreadLimitScope& operator=(const ThreadLimitScope&) = delete;

 private:
  int before_;
};

}  // namespace tealight
