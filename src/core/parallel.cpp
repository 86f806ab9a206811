#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/thread_context.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#define TL_HAVE_FORK 1
#else
#define TL_HAVE_FORK 0
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tealight {
namespace {

constexpr int kMaxThreads = 256;
constexpr int kSpins = 1500;         // some 30 to 50 us, what waking a sleeping thread costs
constexpr int kPiecesPerThread = 4;  // evens out cores of unequal speed

thread_local bool inside = false;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// One parallel_for, on its caller's stack.
struct Job {
  FunctionRef<void(int64_t, int64_t)> fn;
  int64_t begin, end, piece, pieces;
  ThreadContext context;  // of the caller
  int may_join;           // workers still welcome; guarded by Pool::mutex_
  std::atomic<int64_t> next{0};
  std::atomic<int> active{0};  // workers inside; changed under Pool::mutex_
  std::atomic<bool> failed{false};
  std::exception_ptr error{};  // written by the first to set `failed`

  void work() {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieces;) {
      const int64_t from = begin + i * piece;
      try {
        fn(from, std::min(end, from + piece));
      } catch (...) {
        if (!failed.exchange(true)) error = std::current_exception();
        next.store(pieces, std::memory_order_relaxed);
      }
    }
  }
};

// Lives until the process ends: its workers may be in wait() when static destructors run.
class Pool {
 public:
  // False if another caller has the pool.
  bool try_run(Job& job, int workers) {
    std::unique_lock caller(caller_, std::try_to_lock);
    if (!caller.owns_lock()) return false;
    start_workers(workers);
    {
      std::lock_guard lock(mutex_);
      job_ = &job;
    }
    epoch_.fetch_add(1, std::memory_order_release);
    epoch_.notify_all();
    job.work();
    finish(job);
    return true;
  }

 private:
  void start_workers(int wanted) {
    for (; started_ < wanted; ++started_) {
      try {
        std::thread([this, epoch = epoch_.load()] { worker(epoch); }).detach();
      } catch (const std::system_error&) {
        return;  // fewer threads are slower, not wrong
      }
    }
  }

  void finish(Job& job) {
    {
      std::lock_guard lock(mutex_);
      job_ = nullptr;  // late workers find nothing
    }
    for (int i = 0; i < kSpins && job.active.load(std::memory_order_acquire); ++i) relax();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return job.active.load(std::memory_order_acquire) == 0; });
  }

  void worker(uint32_t seen) {
    inside = true;
    for (;;) {
      for (int i = 0; i < kSpins && epoch_.load(std::memory_order_acquire) == seen; ++i) relax();
      epoch_.wait(seen, std::memory_order_acquire);
      seen = epoch_.load(std::memory_order_acquire);
      Job* job = nullptr;
      {
        std::lock_guard lock(mutex_);
        if (!job_ || job_->may_join == 0) continue;
        job = job_;
        --job->may_join;
        job->active.fetch_add(1, std::memory_order_relaxed);
      }
      const ThreadContext mine = ThreadContext::current();
      job->context.use();
      job->work();
      mine.use();
      std::lock_guard lock(mutex_);
      if (job->active.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.notify_one();
    }
  }

  std::mutex caller_, mutex_;
  std::condition_variable done_;
  std::atomic<uint32_t> epoch_{0};
  Job* job_ = nullptr;
  int started_ = 0;  // guarded by caller_
};

constinit std::atomic<Pool*> the_pool{nullptr};
constinit std::atomic<int> thread_count{0};  // 0: not asked for yet

// In a forked child the workers are gone and locks may be held for ever: leave the old pool alone.
[[maybe_unused]] void forget_pool() { the_pool.store(nullptr, std::memory_order_relaxed); }

Pool& pool() {
  if (Pool* existing = the_pool.load(std::memory_order_acquire)) return *existing;
#if TL_HAVE_FORK
  [[maybe_unused]] static const int registered = pthread_atfork(nullptr, nullptr, forget_pool);
#endif
  Pool* fresh = new Pool;
  Pool* expected = nullptr;
  if (the_pool.compare_exchange_strong(expected, fresh, std::memory_order_acq_rel)) return *fresh;
  delete fresh;
  return *expected;
}

struct Inside {
  bool before = std::exchange(inside, true);
  ~Inside() { inside = before; }
};

}  // namespace

int get_num_threads() {
  const int asked = thread_count.load(std::memory_order_relaxed);
  if (asked) return asked;
  static const int processors =
      std::clamp(int(std::thread::hardware_concurrency()), 1, kMaxThreads);
  return processors;
}

void set_num_threads(int n) { thread_count.store(std::clamp(n, 1, kMaxThreads)); }

bool in_parallel_region() { return inside; }

void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> fn) {
  if (end <= begin) return;
  const int64_t size = end - begin;
  grain = std::max<int64_t>(grain, 1);
  const int threads = inside ? 1 : int(std::min<int64_t>(get_num_threads(), size / grain));
  if (threads <= 1) return fn(begin, end);
  const int64_t piece = std::max(grain, ceil_div(size, int64_t(threads) * kPiecesPerThread));
  Job job{.fn = fn,
          .begin = begin,
          .end = end,
          .piece = piece,
          .pieces = ceil_div(size, piece),
          .context = ThreadContext::current(),
          .may_join = threads - 1};
  Inside mark;
  if (!pool().try_run(job, threads - 1)) job.work();
  if (job.error) std::rethrow_exception(job.error);
}

void parallel_for_pieces(int64_t begin, int64_t end, int64_t grain,
                         const std::function<void(int64_t, int64_t)>& fn) {
  parallel_for(begin, end, grain, [&](int64_t b, int64_t e) { fn(b, e); });
}

}  // namespace tealight
