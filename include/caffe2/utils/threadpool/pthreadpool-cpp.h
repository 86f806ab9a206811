// libtorch: the number of threads, as caffe2 sets it.
#pragma once
#include "tealight/threads.h"

namespace caffe2 {

class PThreadPool {
 public:
  size_t get_thread_count() const { return size_t(tealight::get_num_threads()); }
  void set_thread_count(size_t n) { tealight::set_num_threads(int(n)); }
};
inline PThreadPool* pthreadpool() {
  static PThreadPool pool;
  return &pool;
}

}  // namespace caffe2
