#include "functions.h"

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::parity {
namespace {

Tensor into(IntArrayRef sizes, ScalarType t = kFloat) { return zeros(sizes, TensorOptions(t)); }
// ---- what a tensor says of itself

void queries(Samples& all) {
  const Tensor plain = sample({2, 3}),
               of_channels = quantize_per_channel(sample({3, 2}), sample({3}, kDouble, 0.01, 0.03),
                                                  longs({0, 0, 0}), 0, kQInt8);
  const Tensor sliced = strided_sample({3, 4});
  for (const char* name : {"aten::dim",
                           "aten::size",
                           "aten::numel",
                           "aten::len.Tensor",
                           "aten::element_size",
                           "aten::stride",
                           "aten::storage_offset",
                           "aten::is_complex",
                           "aten::is_conj",
                           "aten::is_contiguous",
                           "aten::is_floating_point",
                           "aten::is_inference",
                           "aten::is_leaf",
                           "aten::is_neg",
                           "aten::is_signed",
                           "aten::is_coalesced",
                           "aten::_shape_as_tensor",
                           "aten::cpu",
                           "aten::dense_dim",
                           "aten::sparse_dim",
                           "aten::_conj",
                           "prim::device",
                           "prim::dtype",
                           "prim::is_cpu",
                           "prim::is_cuda",
                           "prim::is_ipu",
                           "prim::is_meta",
                           "prim::is_mkldnn",
                           "prim::is_mps",
                           "prim::is_nested",
                           "prim::is_ort",
                           "prim::is_quantized",
                           "prim::is_sparse",
                           "prim::is_sparse_csr",
                           "prim::is_vulkan",
                           "prim::is_xpu",
                           "prim::layout",
                           "prim::requires_grad",
                           "prim::data",
                           "prim::abs"})
    for (const Tensor& t : {plain, sliced}) all.push_back({name, {t}});
  for (int64_t d : {0, -1, 2}) {
    all.push_back({"aten::size.int", {plain, d}});
    all.push_back({"aten::stride.int", {sliced, d}});
  }
  for (int64_t format : {0, 2})
    all.push_back({"aten::is_contiguous.memory_format", {sample({1, 2, 3, 4}), format}});
  all.push_back({"aten::is_pinned", {plain, Value()}});
  all.push_back({"aten::is_set_to", {plain, plain}});
  all.push_back({"aten::is_same_size", {plain, sample({2, 3})}});
  all.push_back({"aten::is_same_size", {plain, sliced}});
  all.push_back({"aten::requires_grad_", {plain, false}});
  for (const char* name : {"aten::q_scale", "aten::q_zero_point"})
    all.push_back({name, {quantize_per_tensor(plain, 0.05, 100, kQUInt8)}});
  for (const char* name : {"aten::q_per_channel_axis", "aten::q_per_channel_scales",
                           "aten::q_per_channel_zero_points"})
    all.push_back({name, {of_channels}});
}

// ---- numbers of tensors and tensors of numbers

void numbers(Samples& all) {
  for (const Tensor& t : {sample({}), sample({}, kLong), sample({1, 1}), sample({}, kBool),
                          sample({}, kDouble), sample({2})}) {
    for (const char* name :
         {"aten::Bool.Tensor", "aten::Float.Tensor", "aten::FloatImplicit", "aten::Int.Tensor",
          "aten::IntImplicit", "aten::ScalarImplicit", "aten::ComplexImplicit", "aten::item",
          "aten::_local_scalar_dense", "aten::is_nonzero"})
      all.push_back({name, {t}});
    all.push_back({"aten::Complex.Tensor_Tensor", {t, sample({}, kFloat, -2, 2, 3)}});
    all.push_back({"aten::Complex.Tensor_bool", {t, true}});
    all.push_back({"aten::Complex.Tensor_float", {t, 2.5}});
    all.push_back({"aten::Complex.Tensor_int", {t, 3}});
    all.push_back({"aten::Complex.bool_Tensor", {true, t}});
    all.push_back({"aten::Complex.float_Tensor", {2.5, t}});
    all.push_back({"aten::Complex.int_Tensor", {3, t}});
  }
  for (const Value& number :
       {Value(3), Value(2.5), Value(true), Value(std::complex<double>(1, -2))}) {
    if (!number.isBool()) all.push_back({"prim::NumToTensor.Scalar", {number}});
    for (const Value& dtype : {Value(), Value(kHalf)})
      all.push_back({"aten::scalar_tensor", {number, dtype, Value(), Value(), Value()}});
  }
  all.push_back({"prim::NumToTensor.bool", {true}});
  for (const Value& dtype : {Value(), Value(kInt)}) {
    all.push_back({"aten::tensor.float", {2.5, dtype, Value(), false}});
    all.push_back({"aten::tensor.int", {3, dtype, Value(), false}});
    all.push_back({"aten::tensor.bool", {true, dtype, Value(), false}});
    all.push_back({"aten::as_tensor.float", {2.5, dtype, Value()}});
    all.push_back({"aten::as_tensor.int", {3, dtype, Value()}});
    all.push_back({"aten::as_tensor.bool", {true, dtype, Value()}});
    all.push_back({"aten::as_tensor", {sample({2}), dtype, Value()}});
    all.push_back({"aten::as_tensor.list", {Ints{1, 2, 3}, dtype, Value()}});
    all.push_back({"aten::tensor", {std::vector<double>{1, 2.5}, dtype, Value(), false}});
  }
  all.push_back({"aten::tensor.complex", {std::complex<double>(1, 2), Value(), Value(), false}});
  all.push_back({"aten::as_tensor.complex", {std::complex<double>(1, 2), Value(), Value()}});
}

// ---- new tensors, and copies into old ones

void creation(Samples& all) {
  const Tensor like = sample({2, 3});
  const Value none;
  all.push_back({"aten::empty.memory_format", {Ints{2, 3}, kInt, none, none, none, none}});
  all.push_back({"aten::empty.memory_format", {Ints{1, 2, 3, 4}, none, none, none, none, 2}});
  all.push_back({"aten::empty_like", {like, none, none, none, none, none}});
  all.push_back({"aten::empty_like", {like, kHalf, none, none, none, 0}});
  all.push_back({"aten::empty_strided", {Ints{2, 3}, Ints{1, 2}, none, none, none, none}});
  all.push_back({"aten::new_empty", {like, Ints{4}, none, none, none, none}});
  all.push_back(
      {"aten::new_empty_strided", {like, Ints{2, 3}, Ints{1, 2}, kLong, none, none, none}});
  all.push_back({"aten::empty.out", {Ints{2, 3}, none, into({0})}});
  all.push_back({"aten::empty_like.out", {like, none, into({0})}});
  all.push_back({"aten::empty_strided.out", {Ints{2, 3}, Ints{1, 2}, into({0})}});
  all.push_back({"aten::new_empty.out", {like, Ints{4}, into({0})}});
  for (ScalarType t : {kFloat, kLong, kComplexFloat}) {
    all.push_back({"aten::arange.out", {7, into({0}, t)}});
    all.push_back({"aten::arange.start_out", {1, 9, 2, into({0}, t)}});
    all.push_back({"aten::range.out", {1, 9, 2, into({0}, t)}});
    all.push_back({"aten::linspace.out", {-1, 2.5, 5, into({0}, t)}});
    all.push_back({"aten::logspace.out", {0, 2, 5, 10., into({0}, t)}});
    all.push_back({"aten::eye.out", {3, into({0}, t)}});
    all.push_back({"aten::eye.m_out", {3, 2, into({0}, t)}});
    all.push_back({"aten::full.out", {Ints{2, 3}, 2, into({0}, t)}});
    all.push_back({"aten::ones.out", {Ints{2, 3}, into({0}, t)}});
    all.push_back({"aten::zeros.out", {Ints{2, 3}, into({0}, t)}});
    all.push_back({"aten::scalar_tensor.out", {2, into({0}, t)}});
    all.push_back({"aten::rand.out", {Ints{5}, into({0}, t)}});
    all.push_back({"aten::randn.out", {Ints{5}, into({0}, t)}});
    all.push_back({"aten::randint.out", {9, Ints{5}, into({0}, t)}});
    all.push_back({"aten::randint.low_out", {-9, 9, Ints{5}, into({0}, t)}});
    all.push_back({"aten::randperm.out", {6, into({0}, t)}});
    all.push_back({"aten::normal.float_float_out", {1., 2., Ints{5}, none, into({0}, t)}});
    all.push_back({"aten::normal.Tensor_float_out", {like, 2., none, into({0}, t)}});
    all.push_back(
        {"aten::normal.float_Tensor_out", {1., sample({4}, kFloat, 0, 1), none, into({0}, t)}});
    all.push_back({"aten::normal.Tensor_Tensor_out",
                   {sample({4}), sample({4}, kFloat, 0, 1), none, into({0}, t)}});
    all.push_back({"aten::bernoulli.out", {sample({2, 3}, kFloat, 0, 1), none, into({0}, t)}});
    all.push_back({"aten::_to_copy.out", {like, false, none, into({0}, t)}});
  }
  all.push_back({"aten::randint_like.low_dtype", {like, -3, 3, none, none, none, none, none}});
  all.push_back({"aten::rand.generator", {Ints{5}, none, none, none, none, none}});
  all.push_back({"aten::randn.generator", {Ints{5}, none, none, none, none, none}});
  all.push_back({"aten::randint.generator", {9, Ints{5}, none, kLong, none, none, none}});
  all.push_back({"aten::randint.low_generator", {-9, 9, Ints{5}, none, kLong, none, none, none}});
  all.push_back({"aten::randperm.generator", {6, none, kLong, none, none, none}});
  for (const char* name : {"aten::rand.generator_out", "aten::randn.generator_out"})
    all.push_back({name, {Ints{5}, none, into({0})}});
  all.push_back({"aten::randint.generator_out", {9, Ints{5}, none, into({0})}});
  all.push_back({"aten::randint.low_generator_out", {-9, 9, Ints{5}, none, into({0})}});
  all.push_back({"aten::randperm.generator_out", {6, none, into({0}, kLong)}});
  all.push_back({"aten::randint_like.low_dtype_out", {like, -3, 3, none, into({0})}});
  all.push_back({"aten::bernoulli.Tensor", {like, sample({3}, kFloat, 0, 1), none}});
  all.push_back({"aten::bernoulli.float_out", {like, 0.3, none, into({0})}});
  all.push_back({"aten::normal_functional", {like, 1., 2., none}});
  all.push_back({"aten::normal.out", {like, 1., 2., none, into({2, 3})}});
  all.push_back({"aten::range.out_", {0, 5, into({0})}});
  all.push_back({"aten::new_empty_strided.out", {like, Ints{2, 3}, Ints{1, 2}, into({0})}});
  all.push_back({"aten::set_.source_Tensor_storage_offset",
                 {sample({6}), sample({4, 3}), 1, Ints{2, 3}, Ints{1, 2}}});
  all.push_back({"aten::copy_.Tensor", {sample({2, 3}), sample({3}, kInt)}});
  all.push_back({"aten::copy_.float", {sample({2, 3}), 2.5}});
  all.push_back({"aten::copy_.int", {sample({2, 3}), 2}});
  all.push_back({"aten::resize_as_", {sample({6}), sample({2, 3}), none}});
  all.push_back({"aten::set_.source_Tensor", {sample({6}), sample({2, 3}, kFloat, 0, 1, 4)}});
  all.push_back({"aten::set_", {sample({6})}});
  for (const Value& dtype : {none, Value(kDouble), Value(kLong)}) {
    all.push_back({"aten::_to_copy", {like, dtype, none, none, none, false, none}});
    all.push_back({"aten::to.prim_dtype", {like, dtype, false, !dtype.isNone()}});
    all.push_back({"aten::to.prim_Device", {like, Device("cpu"), dtype, false, false}});
    all.push_back({"aten::to.dtype_layout", {like, dtype, none, none, none, false, false, none}});
    if (!dtype.isNone())
      all.push_back({"aten::to.device", {like, Device("cpu"), dtype, false, false, none}});
  }
  all.push_back({"aten::to.other", {like, sample({1}, kLong), false, false, none}});
  all.push_back({"aten::to.prim_other", {like, false, false}});
  all.push_back(
      {"aten::index.Tensor_hacked_twin", {like, tensors({longs({1, 0}), longs({2, 2})})}});
  for (const char* name : {"aten::index_put.hacked_twin", "aten::index_put_.hacked_twin"})
    all.push_back({name,
                   {sample({2, 3}), tensors({longs({1, 0}), longs({2, 2})}),
                    sample({2}, kFloat, -2, 2, 3), true}});
  all.push_back({"aten::_index_put_impl_",
                 {sample({2, 3}), tensors({longs({1, 0}), longs({2, 2})}),
                  sample({2}, kFloat, -2, 2, 3), true, false}});
  all.push_back({"aten::split.sizes", {sample({5, 2}), Ints{2, 0, 3}, 0}});
  all.push_back({"aten::coalesce", {like}});
  for (const char* name :
       {"aten::bitwise_left_shift.Scalar_Tensor", "aten::bitwise_right_shift.Scalar_Tensor",
        "aten::remainder.Scalar_Tensor"})
    all.push_back({name, {37, sample({5}, kLong, 1, 4)}});
  all.push_back({"aten::special_xlogy.self_scalar", {1.5, sample({5}, kFloat, 0, 3)}});
  all.push_back({"aten::special_xlogy.other_scalar", {sample({5}, kFloat, 0, 3), 1.5}});
}

// ---- operators whose other overload has the samples

void other_overloads(Samples& all) {
  const Value none;
  const auto sizes = [](int64_t n) {
    return n == 1 ? Ints{7} : n == 2 ? Ints{7, 3} : Ints{7, 3, 6};
  };
  for (int64_t n : {1, 2, 3}) {
    const Tensor x = n == 1   ? sample({2, 3, 5})
                     : n == 2 ? sample({2, 3, 5, 4})
                              : sample({1, 2, 3, 4, 5});
    const std::string d = str(n, "d");
    for (bool given : {false, true}) {
      const Value scale = given ? Value(2.1) : none;
      std::vector<Value> nearest{x, sizes(n)}, linear{x, sizes(n), false};
      for (int64_t i = 0; i < n; ++i) nearest.push_back(scale), linear.push_back(scale);
      for (const char* name : {"aten::upsample_nearest", "aten::_upsample_nearest_exact"})
        all.push_back({name + d, nearest});
      all.push_back({n == 1   ? "aten::upsample_linear1d"
                     : n == 2 ? "aten::upsample_bilinear2d"
                              : "aten::upsample_trilinear3d",
                     linear});
      if (n == 2)
        for (const char* name : {"aten::upsample_bicubic2d", "aten::_upsample_bicubic2d_aa",
                                 "aten::_upsample_bilinear2d_aa"})
          all.push_back({name, linear});
    }
  }
  const Tensor x = sample({1, 4, 6, 5}), w = sample({6, 2, 3, 3}), bias = sample({6});
  const Ints one{1, 1}, zero{0, 0};
  all.push_back({"aten::_convolution",
                 {x, w, bias, one, one, one, false, zero, 2, false, false, true, true}});
  all.push_back({"aten::_convolution.deprecated",
                 {x, w, bias, one, one, one, false, zero, 2, false, false, true}});
  all.push_back({"aten::convolution_backward",
                 {sample({1, 6, 6, 5}), x, w, Ints{6}, one, one, one, false, zero, 2,
                  std::vector<bool>{true, true, true}}});
  all.push_back({"aten::conv3d.padding",
                 {sample({1, 2, 4, 5, 3}), sample({3, 2, 3, 3, 3}), none, Ints{1, 1, 1}, "same",
                  Ints{1, 1, 1}, 1}});
  all.push_back({"aten::_aminmax", {sample({3, 4})}});
  all.push_back({"aten::_aminmax.dim", {sample({3, 4}), 1, false}});
  all.push_back({"aten::max.other", {sample({3, 4}), sample({4}, kFloat, -2, 2, 2)}});
  all.push_back({"aten::min.other", {sample({3, 4}), sample({4}, kFloat, -2, 2, 2)}});
  all.push_back({"aten::_adaptive_avg_pool2d", {sample({2, 3, 5, 4}), Ints{2, 3}}});
  all.push_back({"aten::_adaptive_avg_pool3d", {sample({2, 3, 5, 4, 3}), Ints{2, 3, 1}}});
  all.push_back(
      {"aten::_adaptive_avg_pool2d_backward", {sample({2, 3, 2, 3}), sample({2, 3, 5, 4})}});
  all.push_back(
      {"aten::_adaptive_avg_pool3d_backward", {sample({2, 3, 2, 3, 1}), sample({2, 3, 5, 4, 3})}});
  all.push_back({"aten::avg_pool2d_backward",
                 {sample({2, 3, 3, 2}), sample({2, 3, 6, 5}), Ints{2, 2}, Ints{2, 2}, zero, false,
                  true, none}});
  all.push_back({"aten::avg_pool3d_backward",
                 {sample({2, 3, 3, 2, 2}), sample({2, 3, 6, 5, 4}), Ints{2, 2, 2}, Ints{2, 2, 2},
                  Ints{0, 0, 0}, false, true, none}});
  all.push_back({"aten::clip.Tensor",
                 {sample({3, 4}), sample({4}, kFloat, -1, 0), sample({4}, kFloat, 0, 1)}});
  all.push_back({"aten::divide.Tensor", {sample({3, 4}), sample({4}, kFloat, 1, 2)}});
  all.push_back({"aten::divide.Scalar", {sample({3, 4}), 3}});
  all.push_back({"aten::log_sigmoid_forward", {sample({9})}});
  all.push_back(
      {"aten::log_sigmoid_backward",
       {sample({9}), sample({9}, kFloat, -2, 2, 2), exp(neg(abs(sample({9}, kFloat, -2, 2, 2))))}});
  all.push_back({"aten::native_batch_norm",
                 {sample({4, 3, 5}), sample({3}), sample({3}, kFloat, 0, 1), sample({3}),
                  sample({3}, kFloat, 1, 2), true, 0.1, 1e-5}});
  all.push_back({"aten::sparse_coo_tensor.indices",
                 {longs({0, 2, 1, 1}).reshape({2, 2}), sample({2}), none, none, none, none}});
  all.push_back(
      {"aten::sparse_coo_tensor.indices_size",
       {longs({0, 2, 1, 1}).reshape({2, 2}), sample({2}), Ints{3, 4}, none, none, none, none}});
  all.push_back({"aten::special_log_softmax", {sample({3, 4}), 1, none}});
  all.push_back(
      {"aten::fake_quantize_per_tensor_affine.tensor_qparams",
       {sample({3, 4}), sample({1}, kFloat, 0.1, 0.2), zeros({1}, TensorOptions(kInt)), 0, 255}});
  all.push_back({"aten::_embedding_bag",
                 {sample({4, 3}), longs({1, 0, 3, 3, 2}), longs({0, 2, 2}), false, 1, false, none,
                  false, -1}});
  all.push_back({"aten::_embedding_bag_forward_only",
                 {sample({4, 3}), longs({1, 0, 3, 3, 2}), longs({0, 2, 2}), false, 1, false, none,
                  false, -1}});
  const Tensor logs = log_softmax(sample({6, 2, 4}), 2);
  const Value targets = longs({1, 2, 2, 3}).reshape({2, 2});
  // whole lengths: PyTorch leaves the rest of the table uninitialised
  const Ints steps{6, 6}, labels{2, 2};
  all.push_back({"aten::_ctc_loss", {logs, targets, steps, labels, 0, false}});
  const auto [loss, table] = detail::call_as<std::tuple<Tensor, Tensor>>(
      find_overload("aten::_ctc_loss"), logs, targets.toTensor(), steps, labels, 0, false);
  all.push_back({"aten::_ctc_loss_backward",
                 {sample({2}), logs, targets, steps, labels, loss, table, 0, false}});
}

// ---- lists of tensors; numbers of no tensor

void lists_and_numbers(Samples& all) {
  const Tensor one = sample({}), two = sample({}, kFloat, -2, 2, 2), same = sample({});
  const Value list = tensors({one, two, same, two});
  for (const char* name : {"aten::count.Tensor", "aten::index.list_Tensor"})
    for (const Tensor& wanted : {same, two, sample({}, kLong, 9, 10)})
      all.push_back({name, {list, wanted}});
  all.push_back({"aten::sorted.Tensor", {list}});
  for (const char* name : {"aten::eq.Tensor_list", "aten::ne.Tensor_list"}) {
    all.push_back({name, {list, list}});
    all.push_back({name, {list, tensors({one, two, two, two})}});
    all.push_back({name, {list, tensors({one})}});
  }
  const Tensor ints = sample({2}, kInt), doubles = sample({3}, kDouble), number = sample({}, kHalf);
  for (const Tensor& t : {ints, doubles, number}) {
    for (const Tensor& other : {ints, doubles, number})
      all.push_back({"aten::result_type.Tensor", {t, other}});
    for (const Value& scalar : {Value(true), Value(2), Value(2.5)}) {
      all.push_back({"aten::result_type.Scalar", {t, scalar}});
      all.push_back({"aten::result_type.Scalar_Tensor", {scalar, t}});
    }
  }
  for (const char* name : {"aten::is_grad_enabled", "aten::is_autocast_enabled",
                           "aten::is_autocast_cpu_enabled", "aten::is_vulkan_available",
                           "aten::_get_tracing_state", "aten::_use_cudnn_rnn_flatten_weight"})
    all.push_back({name, {}});
  all.push_back({"aten::factorial.int", {5}});
  for (int64_t exponent : {0, 3}) all.push_back({"aten::pow.int_to_int", {-2, exponent}});
  all.push_back({"aten::device", {"cpu"}});
  for (bool condition : {true, false}) all.push_back({"prim::IfThenElse", {condition, 1, 2}});
  all.push_back({"prim::infer_squeeze_size.dim", {Ints{2, 1, 3}, 1}});
  all.push_back({"prim::infer_squeeze_size.dim", {Ints{2, 1, 3}, -1}});
  all.push_back({"prim::infer_unsqueeze_size", {Ints{2, 3}, 1}});
  all.push_back({"prim::infer_unsqueeze_size", {Ints{2, 3}, -1}});
}

}  // namespace

std::vector<FunctionSample> function_samples() {
  std::vector<FunctionSample> all = quantized_function_samples();
  for (auto add : {queries, numbers, creation, other_overloads, lists_and_numbers}) add(all);
  return all;
}

}  // namespace tealight::parity
