// libtorch: the number of threads, as caffe2 sets it.
#pragma once
#include "tealight/threads.h"

namespace caffe2 {

class ThreadPool {
 public:
  int getNumThreads() const { return tealight::get_num_threads(); }
  void setNumThreads(size_t n) { tealight::set_num_threads(int(n)); }
};
inline ThreadPool* mobile_threadpool() {
  static ThreadPool pool;
  return &pool;
}

}  // namespace caffe2
