// RecordFunction: callbacks around operators, methods of models and the program's own scopes.
#include <ATen/record_function.h>
#include <torch/csrc/jit/mobile/import.h>

#include <thread>

#include "messages.h"
#include "models.h"

namespace {

std::string log_;
int started = 0, ended = 0;

void reset() {
  log_.clear();
  started = ended = 0;
}
struct Context : at::ObserverContext {
  int number = 0;
};
std::unique_ptr<at::ObserverContext> start(const at::RecordFunction& fn) {
  auto context = std::make_unique<Context>();
  context->number = ++started;
  log_ += std::string(fn.name()) + "/" + std::to_string(fn.num_inputs()) + " ";
  return context;
}
void end(const at::RecordFunction&, at::ObserverContext* context) {
  ended += static_cast<Context*>(context)->number > 0;
}
std::unique_ptr<at::ObserverContext> count(const at::RecordFunction&) {
  ++started;
  return nullptr;
}

}  // namespace

TEST(ApiRecordFunction, CallbacksSeeOperatorsAndScopes) {
  const at::Tensor a = at::ones({2});
  const at::CallbackHandle handle =
      at::addGlobalCallback(at::RecordFunctionCallback(start, end)
                                .needsInputs(true)
                                .scopes({at::RecordScope::FUNCTION, at::RecordScope::USER_SCOPE}));
  EXPECT_TRUE(at::hasCallbacks() && at::hasGlobalCallbacks());
  EXPECT_FALSE(at::hasThreadLocalCallbacks());
  reset();
  {
    RECORD_USER_SCOPE("mine");
    at::relu(a);
  }
  EXPECT_EQ(log_.substr(0, 7), "mine/0 ");
  EXPECT_TRUE(contains(log_, "aten::relu/1 "));
  EXPECT_EQ(started, ended);
  at::removeCallback(handle);
  EXPECT_FALSE(at::hasCallbacks());
  reset();
  at::relu(a);
  EXPECT_EQ(started, 0);
}

TEST(ApiRecordFunction, CallbacksCanBeSwitchedOff) {
  const at::Tensor a = at::ones({2});
  const at::CallbackHandle handle = at::addGlobalCallback(
      at::RecordFunctionCallback(count).scopes({at::RecordScope::USER_SCOPE}));
  const auto times = [] {
    reset();
    {
      RECORD_USER_SCOPE("one");
    }
    return started;
  };
  EXPECT_EQ(times(), 1);
  {
    at::DisableRecordFunctionGuard off;
    EXPECT_FALSE(at::isRecordFunctionEnabled());
    EXPECT_EQ(times(), 0);
    at::RecordFunctionGuard on(true);
    EXPECT_EQ(times(), 1);
  }
  at::disableCallback(handle);
  EXPECT_EQ(times(), 0);
  at::reenableCallback(handle);
  EXPECT_EQ(times(), 1);
  at::enableRecordFunction(false);
  EXPECT_EQ(times(), 0);
  at::enableRecordFunction();
  at::clearGlobalCallbacks();
  EXPECT_EQ(times(), 0);
}

TEST(ApiRecordFunction, ThreadLocalCallbacksSeeTheirThread) {
  const at::CallbackHandle handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(count).scopes({at::RecordScope::USER_SCOPE}));
  EXPECT_TRUE(at::hasThreadLocalCallbacks());
  reset();
  std::thread([] { RECORD_USER_SCOPE("elsewhere"); }).join();
  EXPECT_EQ(started, 0);
  {
    RECORD_USER_SCOPE("here");
  }
  EXPECT_EQ(started, 1);
  at::removeCallback(handle);
  at::addThreadLocalCallback(at::RecordFunctionCallback(count));
  at::clearThreadLocalCallbacks();
  at::addThreadLocalCallback(at::RecordFunctionCallback(count));
  at::clearCallbacks();
  EXPECT_FALSE(at::hasCallbacks());
}

TEST(ApiRecordFunction, TellsWhatItRecords) {
  static std::string seen;
  const std::vector<c10::IValue> two{3, at::ones({1})};
  at::addThreadLocalCallback(
      at::RecordFunctionCallback(
          [](const at::RecordFunction& fn) -> std::unique_ptr<at::ObserverContext> {
            seen += std::string(fn.name()) +
                    (fn.scope() == at::RecordScope::USER_SCOPE ? " user" : " function");
            if (fn.num_inputs()) seen += " " + fn.inputs()[0].tagKind();
            EXPECT_EQ(fn.threadId(), at::RecordFunction::currentThreadId());
            EXPECT_TRUE(fn.isActive() && fn.needsInputs());
            return nullptr;
          },
          [](const at::RecordFunction& fn, at::ObserverContext*) {
            seen += " -> " + std::to_string(fn.num_outputs()) + "; ";
          })
          .needsInputs(true)
          .needsOutputs(true));
  {
    RECORD_USER_SCOPE_WITH_INPUTS("scope", two);
  }
  {
    at::RecordFunction fn(at::RecordScope::FUNCTION);
    const std::vector<c10::IValue> inputs{"text"};
    if (fn.isActive()) fn.before("by_hand", &inputs, /*sequence_nr=*/7);
    EXPECT_EQ(fn.seqNr(), 7);
    fn.setOutputs(std::vector<c10::IValue>{1, 2});
  }
  {
    RECORD_FUNCTION("a function", std::vector<c10::IValue>{c10::IValue(1.5)});
  }
  at::clearThreadLocalCallbacks();
  EXPECT_EQ(seen,
            "scope user Int -> 0; by_hand function String -> 2; a function function Double -> 0; ");
}

TEST(ApiRecordFunction, SamplesSome) {
  at::addThreadLocalCallback(
      at::RecordFunctionCallback(count).samplingProb(0).scopes({at::RecordScope::USER_SCOPE}));
  reset();
  for (int i = 0; i < 100; ++i) {
    RECORD_USER_SCOPE("seldom");
  }
  EXPECT_EQ(started, 0);
  at::clearThreadLocalCallbacks();
  at::addThreadLocalCallback(
      at::RecordFunctionCallback(count).samplingProb(0.5).scopes({at::RecordScope::USER_SCOPE}));
  for (int i = 0; i < 1000; ++i) {
    RECORD_USER_SCOPE("sometimes");
  }
  EXPECT_GT(started, 300);
  EXPECT_LT(started, 700);
  at::clearThreadLocalCallbacks();
  EXPECT_THROW(at::RecordFunctionCallback(count).samplingProb(2), c10::Error);
}

TEST(ApiRecordFunction, SeesWhatAModelRuns) {
  torch::jit::mobile::Module m = torch::jit::_load_for_mobile(model_path("net_debug.ptl"));
  static std::string seen;
  at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction& fn)
                                     -> std::unique_ptr<at::ObserverContext> {
        seen += std::string(fn.name()) + ":" + std::to_string(fn.debugHandle()) + " ";
        return nullptr;
      }).scopes({at::RecordScope::LITE_INTERPRETER}));
  m.forward({net_input()});
  at::clearThreadLocalCallbacks();
  EXPECT_EQ(
      seen,
      "aten::ne:109 aten::linear:126 aten::relu:127 aten::mul:129 aten::slice:135 aten::select:138 aten::add:139 ");
}
