#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/cpu.h"
#include "core/processors.h"
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

constexpr int kMaxThreads = 64;
constexpr int kPiecesPerThread = 8;  // at most: evens out cores of unequal speed

thread_local bool inside = false;
thread_local int thread_limit = 0;           // of ThreadLimitScope; 0: none
constinit std::atomic<int> thread_count{0};  // 0: not asked for yet

int processors() {
  static const int n = std::clamp(int(std::thread::hardware_concurrency()), 1, kMaxThreads);
  return n;
}

// Waits for done() in a busy loop for as long as waking a sleeping thread would take; whether it
// came true. Gives up at once when more threads compute than there are processors: on one that
// shows in the clock, the others need this core.
template <class Done>
bool spin_until(Done done) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kLongest = std::chrono::microseconds(50),
                 kLostCore = std::chrono::microseconds(15);
  if (done()) return true;
  if (get_num_threads() > processors()) return false;
  const auto start = Clock::now();
  for (auto last = start;;) {
    for (int i = 0; i < 16; ++i) {
      if (done()) return true;
#if defined(__x86_64__)
      _mm_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
    const auto now = Clock::now();
    if (now - start > kLongest || now - last > kLostCore) return done();
    last = now;
  }
}

// Items [first, last) that belong to one thread: it takes from the front, others that have done
// theirs from the back, half of what is left at a time. So a thread works on the same part of every
// loop of the same size, which is what its cache holds.
struct alignas(64) Range {
  std::atomic<uint64_t> bounds;  // first << 32 | last

  Range(int64_t first, int64_t last) : bounds(uint64_t(first) << 32 | uint64_t(last)) {}
  // At least `piece` items, leaving none or at least `least`.
  bool take(bool front, int64_t piece, int64_t least, int64_t& from, int64_t& to) {
    uint64_t now = bounds.load(std::memory_order_relaxed);
    for (;;) {
      const int64_t first = int64_t(now >> 32), last = int64_t(now & 0xFFFFFFFF);
      if (first >= last) return false;
      int64_t n = std::max((last - first + 1) / 2, piece);
      if (last - first - n < least) n = last - first;
      from = front ? first : last - n, to = from + n;
      const uint64_t next =
          front ? uint64_t(to) << 32 | uint64_t(last) : uint64_t(first) << 32 | uint64_t(from);
      if (bounds.compare_exchange_weak(now, next, std::memory_order_relaxed)) return true;
    }
  }
};

// One parallel_for, on its caller's stack.
struct Job {
  FunctionRef<void(int64_t, int64_t)> fn;
  int64_t begin, end, grain;
  ThreadContext context{};  // of the caller
  int64_t scale = 1;        // numbers in an item, so that items fit in 32 bits
  int64_t piece = 0, least = 0;
  int members = 1;  // threads that have a range, the caller's first
  Range* ranges = nullptr;
  std::atomic<bool> failed{false};
  std::exception_ptr error{};  // written by the first to set `failed`

  void split(int threads, void* room) {
    const int64_t size = end - begin;
    scale = (size >> 32) + 1;
    const int64_t items = ceil_div(size, scale);
    least = ceil_div(grain, scale);
    piece = std::max(least, ceil_div(items, int64_t(threads) * kPiecesPerThread));
    members = threads;
    ranges = static_cast<Range*>(room);
    for (int i = 0; i < threads; ++i)
      new (ranges + i) Range(items * i / threads, items * (i + 1) / threads);
  }
  void work(int member) {
    int64_t from, to;
    for (int i = 0; i < members; ++i)
      while (ranges[(member + i) % members].take(i == 0, piece, least, from, to))
        if (!run(from, to)) return;
  }
  bool run(int64_t from, int64_t to) {
    if (failed.load(std::memory_order_relaxed)) return false;
    try {
      fn(begin + from * scale, std::min(end, begin + to * scale));
    } catch (...) {
      if (!failed.exchange(true)) error = std::current_exception();
    }
    return true;
  }
};

// One of the pool's threads and the mailbox by which jobs reach it. Its state is a count of jobs
// and a phase:
//
//      idle ──► claimed ──► posted ──► running ──► idle, count + 1
//       │▲        ▲           │          │            ▲
//       ▼│        │           ▼          ▼            │
//      asleep ────┘      idle, count + 1 awaited ─────┘
//
// A caller claims, posts, takes back what has not begun when it is done itself, and may fall asleep
// over what runs (awaited); the thread does the rest. The count keeps a caller from mistaking
// another's job for its own. Whoever leaves asleep or awaited behind wakes who sleeps there.
class alignas(128) Worker {
 public:
  bool claim() {
    uint32_t now = state_.load(std::memory_order_relaxed);
    while (phase(now) == kIdle || phase(now) == kAsleep) {
      if (!state_.compare_exchange_weak(now, count(now) | kClaimed, std::memory_order_acquire))
        continue;
      was_asleep_ = phase(now) == kAsleep;
      return true;
    }
    return false;
  }
  // What finish() wants to be told.
  uint32_t post(Job& job, int member) {
    job_ = &job;
    member_ = member;
    const bool asleep = was_asleep_;
    const uint32_t posted = count(state_.load(std::memory_order_relaxed)) | kPosted;
    state_.store(posted, std::memory_order_release);
    if (asleep) state_.notify_all();
    return posted;
  }
  // By the caller that posted: returns when the job is done or has been taken back.
  void finish(uint32_t posted) {
    uint32_t now = posted;
    if (state_.compare_exchange_strong(now, after(posted), std::memory_order_acquire)) return;
    uint32_t running = count(posted) | kRunning;
    if (spin_until([&] { return state_.load(std::memory_order_acquire) != running; })) return;
    const uint32_t awaited = count(posted) | kAwaited;
    if (state_.compare_exchange_strong(running, awaited, std::memory_order_acquire))
      state_.wait(awaited, std::memory_order_acquire);
  }

  void run() {
    inside = true;
    for (;;) {
      uint32_t now = wait_for_post();
      if (!state_.compare_exchange_strong(now, count(now) | kRunning, std::memory_order_acquire))
        continue;  // taken back
      const ThreadContext mine = ThreadContext::current();
      job_->context.use();
      job_->work(member_);
      mine.use();
      now = state_.exchange(after(now), std::memory_order_acq_rel);
      if (phase(now) == kAwaited) state_.notify_all();
    }
  }

 private:
  enum : uint32_t { kIdle, kAsleep, kClaimed, kPosted, kRunning, kAwaited, kPhases = 8 };
  static uint32_t phase(uint32_t state) { return state % kPhases; }
  static uint32_t count(uint32_t state) { return state - phase(state); }
  static uint32_t after(uint32_t state) { return count(state) + kPhases; }

  uint32_t wait_for_post() {
    uint32_t now;
    const auto posted = [&] {
      return phase(now = state_.load(std::memory_order_relaxed)) == kPosted;
    };
    while (!spin_until(posted)) {
      if (phase(now) == kIdle &&
          state_.compare_exchange_strong(now, count(now) | kAsleep, std::memory_order_relaxed))
        now = count(now) | kAsleep;
      if (phase(now) == kAsleep) state_.wait(now, std::memory_order_relaxed);
      if (phase(now) == kClaimed) std::this_thread::yield();
    }
    return now;
  }

  std::atomic<uint32_t> state_{kIdle};
  Job* job_ = nullptr;
  int member_ = 0;
  bool was_asleep_ = false;  // the claimer's
};

// Lives until the process ends: its workers may be in wait() when static destructors run.
class Pool {
 public:
  // On `threads` threads, or as many as there are at leisure.
  void run(Job& job, int threads) {
    start_workers(threads - 1);
    Worker* team[kMaxThreads];
    uint32_t posted[kMaxThreads];
    int members = 1;
    for (int i = 0; i < started_.load(std::memory_order_acquire) && members < threads; ++i)
      if (workers_[i].claim()) team[members++] = &workers_[i];
    if (members == 1) return job.fn(job.begin, job.end);
    alignas(Range) std::byte room[sizeof(Range) * kMaxThreads];
    job.split(members, room);
    for (int i = 1; i < members; ++i) posted[i] = team[i]->post(job, i);
    job.work(0);
    for (int i = 1; i < members; ++i) team[i]->finish(posted[i]);
  }

 private:
  void start_workers(int wanted) {
    if (started_.load(std::memory_order_relaxed) >= wanted) return;
    std::lock_guard lock(starting_);
    for (int i = started_.load(std::memory_order_relaxed); i < wanted; ++i) {
      try {
        std::thread([this, i] { workers_[i].run(); }).detach();
      } catch (const std::system_error&) {
        return;  // fewer threads are slower, not wrong
      }
      started_.store(i + 1, std::memory_order_release);
    }
  }

  Worker workers_[kMaxThreads - 1];
  std::atomic<int> started_{0};
  std::mutex starting_;
};

constinit std::atomic<Pool*> the_pool{nullptr};

// In a forked child the workers are gone: leave the old pool alone.
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

int default_threads() {
  static const int n = [] {
    const std::vector<int> allowed = allowed_processors();
    return allowed.empty() ? processors()
                           : std::clamp(count_large_processors(allowed), 1, kMaxThreads);
  }();
  return n;
}

}  // namespace

int get_num_threads() {
  const int asked = thread_count.load(std::memory_order_relaxed);
  const int n = asked ? asked : default_threads();
  return thread_limit ? std::min(n, thread_limit) : n;
}

void set_num_threads(int n) { thread_count.store(std::clamp(n, 1, kMaxThreads)); }

bool in_parallel_region() { return inside; }

ThreadLimitScope::ThreadLimitScope(int threads) : before_(thread_limit) {
  if (threads >= 1) thread_limit = before_ ? std::min(before_, threads) : threads;
}
ThreadLimitScope::~ThreadLimitScope() { thread_limit = before_; }

int64_t grain_of(Work item) {
  // What an untuned loop reaches on a common core of each kind, a nanosecond.
  constexpr double kFlops[] = {8, 24, 48}, kBytes = 12;
  const double ns = std::max(item.flops / kFlops[current_isa()], item.bytes / kBytes);
  return std::max<int64_t>(1, int64_t(10000 / std::max(ns, 1e-3)));
}

void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> fn) {
  if (end <= begin) return;
  const int64_t size = end - begin;
  grain = std::max<int64_t>(grain, 1);
  const int threads = inside ? 1 : int(std::min<int64_t>(get_num_threads(), size / grain));
  if (threads <= 1) return fn(begin, end);
  Job job{
      .fn = fn, .begin = begin, .end = end, .grain = grain, .context = ThreadContext::current()};
  {
    Inside mark;
    pool().run(job, threads);
  }
  if (job.error) std::rethrow_exception(job.error);
}

void parallel_for_pieces(int64_t begin, int64_t end, int64_t grain,
                         const std::function<void(int64_t, int64_t)>& fn) {
  parallel_for(begin, end, grain, [&](int64_t b, int64_t e) { fn(b, e); });
}

}  // namespace tealight
