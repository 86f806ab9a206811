// The methods of Tensor that call operators: a.add(b).
// Written by tools/gen_ops_header.py from PyTorch's schemas: do not edit.
// clang-format off
#pragma once
#include "tealight/dispatch.h"

namespace tealight {

inline Tensor Tensor::__and__(const Scalar& other) const { static constinit detail::Callee op{"__and__.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__and__(const Tensor& other) const { static constinit detail::Callee op{"__and__.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__lshift__(const Scalar& other) const { static constinit detail::Callee op{"__lshift__.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__lshift__(const Tensor& other) const { static constinit detail::Callee op{"__lshift__.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__or__(const Scalar& other) const { static constinit detail::Callee op{"__or__.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__or__(const Tensor& other) const { static constinit detail::Callee op{"__or__.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__rshift__(const Scalar& other) const { static constinit detail::Callee op{"__rshift__.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__rshift__(const Tensor& other) const { static constinit detail::Callee op{"__rshift__.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__xor__(const Scalar& other) const { static constinit detail::Callee op{"__xor__.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::__xor__(const Tensor& other) const { static constinit detail::Callee op{"__xor__.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::_reshape_alias(IntArrayRef size, IntArrayRef stride) const { static constinit detail::Callee op{"_reshape_alias", "Tll"}; return op.tensor({this, &size, &stride}); }
inline Tensor Tensor::abs() const { static constinit detail::Callee op{"abs", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::abs_() const { static constinit detail::Callee op{"abs_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::absolute() const { static constinit detail::Callee op{"absolute", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::absolute_() const { static constinit detail::Callee op{"absolute_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::acos() const { static constinit detail::Callee op{"acos", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::acos_() const { static constinit detail::Callee op{"acos_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::acosh() const { static constinit detail::Callee op{"acosh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::acosh_() const { static constinit detail::Callee op{"acosh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::add(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"add.Scalar", "TSS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor Tensor::add(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"add.Tensor", "TTS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor& Tensor::add_(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"add_.Scalar", "TSS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::add_(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"add_.Tensor", "TTS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addbmm(const Tensor& batch1, const Tensor& batch2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addbmm", "TTTSS"}; return op.tensor({this, &batch1, &batch2, &beta, &alpha}); }
inline Tensor& Tensor::addbmm_(const Tensor& batch1, const Tensor& batch2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addbmm_", "TTTSS"}; op.run({this, &batch1, &batch2, &beta, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addcdiv(const Tensor& tensor1, const Tensor& tensor2, const Scalar& value) const { static constinit detail::Callee op{"addcdiv", "TTTS"}; return op.tensor({this, &tensor1, &tensor2, &value}); }
inline Tensor& Tensor::addcdiv_(const Tensor& tensor1, const Tensor& tensor2, const Scalar& value) const { static constinit detail::Callee op{"addcdiv_", "TTTS"}; op.run({this, &tensor1, &tensor2, &value}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addcmul(const Tensor& tensor1, const Tensor& tensor2, const Scalar& value) const { static constinit detail::Callee op{"addcmul", "TTTS"}; return op.tensor({this, &tensor1, &tensor2, &value}); }
inline Tensor& Tensor::addcmul_(const Tensor& tensor1, const Tensor& tensor2, const Scalar& value) const { static constinit detail::Callee op{"addcmul_", "TTTS"}; op.run({this, &tensor1, &tensor2, &value}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addmm(const Tensor& mat1, const Tensor& mat2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addmm", "TTTSS"}; return op.tensor({this, &mat1, &mat2, &beta, &alpha}); }
inline Tensor& Tensor::addmm_(const Tensor& mat1, const Tensor& mat2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addmm_", "TTTSS"}; op.run({this, &mat1, &mat2, &beta, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addmv(const Tensor& mat, const Tensor& vec, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addmv", "TTTSS"}; return op.tensor({this, &mat, &vec, &beta, &alpha}); }
inline Tensor& Tensor::addmv_(const Tensor& mat, const Tensor& vec, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addmv_", "TTTSS"}; op.run({this, &mat, &vec, &beta, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::addr(const Tensor& vec1, const Tensor& vec2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addr", "TTTSS"}; return op.tensor({this, &vec1, &vec2, &beta, &alpha}); }
inline Tensor& Tensor::addr_(const Tensor& vec1, const Tensor& vec2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"addr_", "TTTSS"}; op.run({this, &vec1, &vec2, &beta, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::adjoint() const { static constinit detail::Callee op{"adjoint", "T"}; return op.tensor({this}); }
inline Tensor Tensor::all() const { static constinit detail::Callee op{"all", "T"}; return op.tensor({this}); }
inline Tensor Tensor::all(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"all.dim", "Tib"}; return op.tensor({this, &dim, &keepdim}); }
inline bool Tensor::allclose(const Tensor& other, double rtol, double atol, bool equal_nan) const { static constinit detail::Callee op{"allclose", "TTddb"}; return op.result<bool>({this, &other, &rtol, &atol, &equal_nan}); }
inline Tensor Tensor::amax(IntArrayRef dim, bool keepdim) const { static constinit detail::Callee op{"amax", "Tlb"}; return op.tensor({this, &dim, &keepdim}); }
inline Tensor Tensor::amin(IntArrayRef dim, bool keepdim) const { static constinit detail::Callee op{"amin", "Tlb"}; return op.tensor({this, &dim, &keepdim}); }
inline std::tuple<Tensor, Tensor> Tensor::aminmax(std::optional<int64_t> dim, bool keepdim) const { static constinit detail::Callee op{"aminmax", "TIb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::angle() const { static constinit detail::Callee op{"angle", "T"}; return op.tensor({this}); }
inline Tensor Tensor::any() const { static constinit detail::Callee op{"any", "T"}; return op.tensor({this}); }
inline Tensor Tensor::any(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"any.dim", "Tib"}; return op.tensor({this, &dim, &keepdim}); }
inline Tensor Tensor::arccos() const { static constinit detail::Callee op{"arccos", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::arccos_() const { static constinit detail::Callee op{"arccos_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::arccosh() const { static constinit detail::Callee op{"arccosh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::arccosh_() const { static constinit detail::Callee op{"arccosh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::arcsin() const { static constinit detail::Callee op{"arcsin", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::arcsin_() const { static constinit detail::Callee op{"arcsin_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::arcsinh() const { static constinit detail::Callee op{"arcsinh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::arcsinh_() const { static constinit detail::Callee op{"arcsinh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::arctan() const { static constinit detail::Callee op{"arctan", "T"}; return op.tensor({this}); }
inline Tensor Tensor::arctan2(const Tensor& other) const { static constinit detail::Callee op{"arctan2", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::arctan2_(const Tensor& other) const { static constinit detail::Callee op{"arctan2_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::arctan_() const { static constinit detail::Callee op{"arctan_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::arctanh() const { static constinit detail::Callee op{"arctanh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::arctanh_() const { static constinit detail::Callee op{"arctanh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::argmax(std::optional<int64_t> dim, bool keepdim) const { static constinit detail::Callee op{"argmax", "TIb"}; return op.tensor({this, &dim, &keepdim}); }
inline Tensor Tensor::argmin(std::optional<int64_t> dim, bool keepdim) const { static constinit detail::Callee op{"argmin", "TIb"}; return op.tensor({this, &dim, &keepdim}); }
inline Tensor Tensor::argsort(int64_t dim, bool descending) const { static constinit detail::Callee op{"argsort", "Tib"}; return op.tensor({this, &dim, &descending}); }
inline Tensor Tensor::argsort(bool stable, int64_t dim, bool descending) const { static constinit detail::Callee op{"argsort.stable", "Tbib"}; return op.tensor({this, &stable, &dim, &descending}); }
inline Tensor Tensor::argwhere() const { static constinit detail::Callee op{"argwhere", "T"}; return op.tensor({this}); }
inline Tensor Tensor::as_strided(IntArrayRef size, IntArrayRef stride, std::optional<int64_t> storage_offset) const { static constinit detail::Callee op{"as_strided", "TllI"}; return op.tensor({this, &size, &stride, &storage_offset}); }
inline Tensor& Tensor::as_strided_(IntArrayRef size, IntArrayRef stride, std::optional<int64_t> storage_offset) const { static constinit detail::Callee op{"as_strided_", "TllI"}; op.run({this, &size, &stride, &storage_offset}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::as_strided_scatter(const Tensor& src, IntArrayRef size, IntArrayRef stride, std::optional<int64_t> storage_offset) const { static constinit detail::Callee op{"as_strided_scatter", "TTllI"}; return op.tensor({this, &src, &size, &stride, &storage_offset}); }
inline Tensor Tensor::asin() const { static constinit detail::Callee op{"asin", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::asin_() const { static constinit detail::Callee op{"asin_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::asinh() const { static constinit detail::Callee op{"asinh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::asinh_() const { static constinit detail::Callee op{"asinh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::atan() const { static constinit detail::Callee op{"atan", "T"}; return op.tensor({this}); }
inline Tensor Tensor::atan2(const Tensor& other) const { static constinit detail::Callee op{"atan2", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::atan2_(const Tensor& other) const { static constinit detail::Callee op{"atan2_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::atan_() const { static constinit detail::Callee op{"atan_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::atanh() const { static constinit detail::Callee op{"atanh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::atanh_() const { static constinit detail::Callee op{"atanh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::baddbmm(const Tensor& batch1, const Tensor& batch2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"baddbmm", "TTTSS"}; return op.tensor({this, &batch1, &batch2, &beta, &alpha}); }
inline Tensor& Tensor::baddbmm_(const Tensor& batch1, const Tensor& batch2, const Scalar& beta, const Scalar& alpha) const { static constinit detail::Callee op{"baddbmm_", "TTTSS"}; op.run({this, &batch1, &batch2, &beta, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bernoulli(std::optional<Generator> generator) const { static constinit detail::Callee op{"bernoulli", "Tg"}; return op.tensor({this, &generator}); }
inline Tensor Tensor::bernoulli(double p, std::optional<Generator> generator) const { static constinit detail::Callee op{"bernoulli.p", "Tdg"}; return op.tensor({this, &p, &generator}); }
inline Tensor& Tensor::bernoulli_(const Tensor& p, std::optional<Generator> generator) const { static constinit detail::Callee op{"bernoulli_.Tensor", "TTg"}; op.run({this, &p, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bernoulli_(double p, std::optional<Generator> generator) const { static constinit detail::Callee op{"bernoulli_.float", "Tdg"}; op.run({this, &p, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bincount(const std::optional<Tensor>& weights, int64_t minlength) const { static constinit detail::Callee op{"bincount", "TUi"}; return op.tensor({this, &weights, &minlength}); }
inline Tensor Tensor::bitwise_and(const Scalar& other) const { static constinit detail::Callee op{"bitwise_and.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::bitwise_and(const Tensor& other) const { static constinit detail::Callee op{"bitwise_and.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::bitwise_and_(const Scalar& other) const { static constinit detail::Callee op{"bitwise_and_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bitwise_and_(const Tensor& other) const { static constinit detail::Callee op{"bitwise_and_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bitwise_left_shift(const Tensor& other) const { static constinit detail::Callee op{"bitwise_left_shift.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::bitwise_left_shift(const Scalar& other) const { static constinit detail::Callee op{"bitwise_left_shift.Tensor_Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::bitwise_left_shift_(const Tensor& other) const { static constinit detail::Callee op{"bitwise_left_shift_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bitwise_left_shift_(const Scalar& other) const { static constinit detail::Callee op{"bitwise_left_shift_.Tensor_Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bitwise_not() const { static constinit detail::Callee op{"bitwise_not", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::bitwise_not_() const { static constinit detail::Callee op{"bitwise_not_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bitwise_or(const Scalar& other) const { static constinit detail::Callee op{"bitwise_or.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::bitwise_or(const Tensor& other) const { static constinit detail::Callee op{"bitwise_or.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::bitwise_or_(const Scalar& other) const { static constinit detail::Callee op{"bitwise_or_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bitwise_or_(const Tensor& other) const { static constinit detail::Callee op{"bitwise_or_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bitwise_right_shift(const Tensor& other) const { static constinit detail::Callee op{"bitwise_right_shift.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::bitwise_right_shift(const Scalar& other) const { static constinit detail::Callee op{"bitwise_right_shift.Tensor_Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::bitwise_right_shift_(const Tensor& other) const { static constinit detail::Callee op{"bitwise_right_shift_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bitwise_right_shift_(const Scalar& other) const { static constinit detail::Callee op{"bitwise_right_shift_.Tensor_Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bitwise_xor(const Scalar& other) const { static constinit detail::Callee op{"bitwise_xor.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::bitwise_xor(const Tensor& other) const { static constinit detail::Callee op{"bitwise_xor.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::bitwise_xor_(const Scalar& other) const { static constinit detail::Callee op{"bitwise_xor_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::bitwise_xor_(const Tensor& other) const { static constinit detail::Callee op{"bitwise_xor_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::bmm(const Tensor& mat2) const { static constinit detail::Callee op{"bmm", "TT"}; return op.tensor({this, &mat2}); }
inline Tensor Tensor::broadcast_to(IntArrayRef size) const { static constinit detail::Callee op{"broadcast_to", "Tl"}; return op.tensor({this, &size}); }
inline Tensor& Tensor::cauchy_(double median, double sigma, std::optional<Generator> generator) const { static constinit detail::Callee op{"cauchy_", "Tddg"}; op.run({this, &median, &sigma, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::ceil() const { static constinit detail::Callee op{"ceil", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::ceil_() const { static constinit detail::Callee op{"ceil_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::chalf(std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"chalf", "TM"}; return op.tensor({this, &memory_format}); }
inline Tensor Tensor::cholesky(bool upper) const { static constinit detail::Callee op{"cholesky", "Tb"}; return op.tensor({this, &upper}); }
inline Tensor Tensor::cholesky_inverse(bool upper) const { static constinit detail::Callee op{"cholesky_inverse", "Tb"}; return op.tensor({this, &upper}); }
inline Tensor Tensor::cholesky_solve(const Tensor& input2, bool upper) const { static constinit detail::Callee op{"cholesky_solve", "TTb"}; return op.tensor({this, &input2, &upper}); }
inline std::vector<Tensor> Tensor::chunk(int64_t chunks, int64_t dim) const { static constinit detail::Callee op{"chunk", "Tii"}; return op.result<std::vector<Tensor>>({this, &chunks, &dim}); }
inline Tensor Tensor::clamp(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const { static constinit detail::Callee op{"clamp", "TRR"}; return op.tensor({this, &min, &max}); }
inline Tensor Tensor::clamp(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const { static constinit detail::Callee op{"clamp.Tensor", "TUU"}; return op.tensor({this, &min, &max}); }
inline Tensor& Tensor::clamp_(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const { static constinit detail::Callee op{"clamp_", "TRR"}; op.run({this, &min, &max}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::clamp_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const { static constinit detail::Callee op{"clamp_.Tensor", "TUU"}; op.run({this, &min, &max}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::clamp_max(const Scalar& max) const { static constinit detail::Callee op{"clamp_max", "TS"}; return op.tensor({this, &max}); }
inline Tensor Tensor::clamp_max(const Tensor& max) const { static constinit detail::Callee op{"clamp_max.Tensor", "TT"}; return op.tensor({this, &max}); }
inline Tensor& Tensor::clamp_max_(const Scalar& max) const { static constinit detail::Callee op{"clamp_max_", "TS"}; op.run({this, &max}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::clamp_max_(const Tensor& max) const { static constinit detail::Callee op{"clamp_max_.Tensor", "TT"}; op.run({this, &max}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::clamp_min(const Scalar& min) const { static constinit detail::Callee op{"clamp_min", "TS"}; return op.tensor({this, &min}); }
inline Tensor Tensor::clamp_min(const Tensor& min) const { static constinit detail::Callee op{"clamp_min.Tensor", "TT"}; return op.tensor({this, &min}); }
inline Tensor& Tensor::clamp_min_(const Scalar& min) const { static constinit detail::Callee op{"clamp_min_", "TS"}; op.run({this, &min}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::clamp_min_(const Tensor& min) const { static constinit detail::Callee op{"clamp_min_.Tensor", "TT"}; op.run({this, &min}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::clip(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const { static constinit detail::Callee op{"clip", "TRR"}; return op.tensor({this, &min, &max}); }
inline Tensor Tensor::clip(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const { static constinit detail::Callee op{"clip.Tensor", "TUU"}; return op.tensor({this, &min, &max}); }
inline Tensor& Tensor::clip_(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const { static constinit detail::Callee op{"clip_", "TRR"}; op.run({this, &min, &max}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::clip_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const { static constinit detail::Callee op{"clip_.Tensor", "TUU"}; op.run({this, &min, &max}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::clone(std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"clone", "TM"}; return op.tensor({this, &memory_format}); }
inline Tensor Tensor::coalesce() const { static constinit detail::Callee op{"coalesce", "T"}; return op.tensor({this}); }
inline Tensor Tensor::conj() const { static constinit detail::Callee op{"conj", "T"}; return op.tensor({this}); }
inline Tensor Tensor::conj_physical() const { static constinit detail::Callee op{"conj_physical", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::conj_physical_() const { static constinit detail::Callee op{"conj_physical_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::contiguous(MemoryFormat memory_format) const { static constinit detail::Callee op{"contiguous", "Tm"}; return op.tensor({this, &memory_format}); }
inline Tensor& Tensor::copy_(const Tensor& src, bool non_blocking) const { static constinit detail::Callee op{"copy_", "TTb"}; op.run({this, &src, &non_blocking}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::copysign(const Scalar& other) const { static constinit detail::Callee op{"copysign.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::copysign(const Tensor& other) const { static constinit detail::Callee op{"copysign.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::copysign_(const Scalar& other) const { static constinit detail::Callee op{"copysign_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::copysign_(const Tensor& other) const { static constinit detail::Callee op{"copysign_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::corrcoef() const { static constinit detail::Callee op{"corrcoef", "T"}; return op.tensor({this}); }
inline Tensor Tensor::cos() const { static constinit detail::Callee op{"cos", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::cos_() const { static constinit detail::Callee op{"cos_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::cosh() const { static constinit detail::Callee op{"cosh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::cosh_() const { static constinit detail::Callee op{"cosh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::count_nonzero(std::optional<int64_t> dim) const { static constinit detail::Callee op{"count_nonzero", "TI"}; return op.tensor({this, &dim}); }
inline Tensor Tensor::count_nonzero(IntArrayRef dim) const { static constinit detail::Callee op{"count_nonzero.dim_IntList", "Tl"}; return op.tensor({this, &dim}); }
inline Tensor Tensor::cov(int64_t correction, const std::optional<Tensor>& fweights, const std::optional<Tensor>& aweights) const { static constinit detail::Callee op{"cov", "TiUU"}; return op.tensor({this, &correction, &fweights, &aweights}); }
inline Tensor Tensor::cross(const Tensor& other, std::optional<int64_t> dim) const { static constinit detail::Callee op{"cross", "TTI"}; return op.tensor({this, &other, &dim}); }
inline std::tuple<Tensor, Tensor> Tensor::cummax(int64_t dim) const { static constinit detail::Callee op{"cummax", "Ti"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim}); }
inline std::tuple<Tensor, Tensor> Tensor::cummin(int64_t dim) const { static constinit detail::Callee op{"cummin", "Ti"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim}); }
inline Tensor Tensor::cumprod(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"cumprod", "TiY"}; return op.tensor({this, &dim, &dtype}); }
inline Tensor& Tensor::cumprod_(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"cumprod_", "TiY"}; op.run({this, &dim, &dtype}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::cumsum(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"cumsum", "TiY"}; return op.tensor({this, &dim, &dtype}); }
inline Tensor& Tensor::cumsum_(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"cumsum_", "TiY"}; op.run({this, &dim, &dtype}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::deg2rad() const { static constinit detail::Callee op{"deg2rad", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::deg2rad_() const { static constinit detail::Callee op{"deg2rad_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline int64_t Tensor::dense_dim() const { static constinit detail::Callee op{"dense_dim", "T"}; return op.result<int64_t>({this}); }
inline Tensor Tensor::dequantize() const { static constinit detail::Callee op{"dequantize.self", "T"}; return op.tensor({this}); }
inline Tensor Tensor::det() const { static constinit detail::Callee op{"det", "T"}; return op.tensor({this}); }
inline Tensor Tensor::detach() const { static constinit detail::Callee op{"detach", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::detach_() const { static constinit detail::Callee op{"detach_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::diag(int64_t diagonal) const { static constinit detail::Callee op{"diag", "Ti"}; return op.tensor({this, &diagonal}); }
inline Tensor Tensor::diag_embed(int64_t offset, int64_t dim1, int64_t dim2) const { static constinit detail::Callee op{"diag_embed", "Tiii"}; return op.tensor({this, &offset, &dim1, &dim2}); }
inline Tensor Tensor::diagflat(int64_t offset) const { static constinit detail::Callee op{"diagflat", "Ti"}; return op.tensor({this, &offset}); }
inline Tensor Tensor::diagonal(int64_t offset, int64_t dim1, int64_t dim2) const { static constinit detail::Callee op{"diagonal", "Tiii"}; return op.tensor({this, &offset, &dim1, &dim2}); }
inline Tensor Tensor::diagonal_scatter(const Tensor& src, int64_t offset, int64_t dim1, int64_t dim2) const { static constinit detail::Callee op{"diagonal_scatter", "TTiii"}; return op.tensor({this, &src, &offset, &dim1, &dim2}); }
inline Tensor Tensor::diff(int64_t n, int64_t dim, const std::optional<Tensor>& prepend, const std::optional<Tensor>& append) const { static constinit detail::Callee op{"diff", "TiiUU"}; return op.tensor({this, &n, &dim, &prepend, &append}); }
inline Tensor Tensor::digamma() const { static constinit detail::Callee op{"digamma", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::digamma_() const { static constinit detail::Callee op{"digamma_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::dist(const Tensor& other, const Scalar& p) const { static constinit detail::Callee op{"dist", "TTS"}; return op.tensor({this, &other, &p}); }
inline Tensor Tensor::div(const Scalar& other) const { static constinit detail::Callee op{"div.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::div(const Scalar& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"div.Scalar_mode", "TSZ"}; return op.tensor({this, &other, &rounding_mode}); }
inline Tensor Tensor::div(const Tensor& other) const { static constinit detail::Callee op{"div.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::div(const Tensor& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"div.Tensor_mode", "TTZ"}; return op.tensor({this, &other, &rounding_mode}); }
inline Tensor& Tensor::div_(const Scalar& other) const { static constinit detail::Callee op{"div_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::div_(const Scalar& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"div_.Scalar_mode", "TSZ"}; op.run({this, &other, &rounding_mode}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::div_(const Tensor& other) const { static constinit detail::Callee op{"div_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::div_(const Tensor& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"div_.Tensor_mode", "TTZ"}; op.run({this, &other, &rounding_mode}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::divide(const Scalar& other) const { static constinit detail::Callee op{"divide.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::divide(const Scalar& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"divide.Scalar_mode", "TSZ"}; return op.tensor({this, &other, &rounding_mode}); }
inline Tensor Tensor::divide(const Tensor& other) const { static constinit detail::Callee op{"divide.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::divide(const Tensor& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"divide.Tensor_mode", "TTZ"}; return op.tensor({this, &other, &rounding_mode}); }
inline Tensor& Tensor::divide_(const Scalar& other) const { static constinit detail::Callee op{"divide_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::divide_(const Scalar& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"divide_.Scalar_mode", "TSZ"}; op.run({this, &other, &rounding_mode}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::divide_(const Tensor& other) const { static constinit detail::Callee op{"divide_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::divide_(const Tensor& other, std::optional<std::string_view> rounding_mode) const { static constinit detail::Callee op{"divide_.Tensor_mode", "TTZ"}; op.run({this, &other, &rounding_mode}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::dot(const Tensor& tensor) const { static constinit detail::Callee op{"dot", "TT"}; return op.tensor({this, &tensor}); }
inline std::vector<Tensor> Tensor::dsplit(IntArrayRef indices) const { static constinit detail::Callee op{"dsplit.array", "Tl"}; return op.result<std::vector<Tensor>>({this, &indices}); }
inline std::vector<Tensor> Tensor::dsplit(int64_t sections) const { static constinit detail::Callee op{"dsplit.int", "Ti"}; return op.result<std::vector<Tensor>>({this, &sections}); }
inline Tensor Tensor::eq(const Scalar& other) const { static constinit detail::Callee op{"eq.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::eq(const Tensor& other) const { static constinit detail::Callee op{"eq.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::eq_(const Scalar& other) const { static constinit detail::Callee op{"eq_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::eq_(const Tensor& other) const { static constinit detail::Callee op{"eq_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline bool Tensor::equal(const Tensor& other) const { static constinit detail::Callee op{"equal", "TT"}; return op.result<bool>({this, &other}); }
inline Tensor Tensor::erf() const { static constinit detail::Callee op{"erf", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::erf_() const { static constinit detail::Callee op{"erf_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::erfc() const { static constinit detail::Callee op{"erfc", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::erfc_() const { static constinit detail::Callee op{"erfc_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::erfinv() const { static constinit detail::Callee op{"erfinv", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::erfinv_() const { static constinit detail::Callee op{"erfinv_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::exp() const { static constinit detail::Callee op{"exp", "T"}; return op.tensor({this}); }
inline Tensor Tensor::exp2() const { static constinit detail::Callee op{"exp2", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::exp2_() const { static constinit detail::Callee op{"exp2_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::exp_() const { static constinit detail::Callee op{"exp_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::expand(IntArrayRef size, bool implicit) const { static constinit detail::Callee op{"expand", "Tlb"}; return op.tensor({this, &size, &implicit}); }
inline Tensor Tensor::expand_as(const Tensor& other) const { static constinit detail::Callee op{"expand_as", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::expm1() const { static constinit detail::Callee op{"expm1", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::expm1_() const { static constinit detail::Callee op{"expm1_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::exponential_(double lambd, std::optional<Generator> generator) const { static constinit detail::Callee op{"exponential_", "Tdg"}; op.run({this, &lambd, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::fill_(const Scalar& value) const { static constinit detail::Callee op{"fill_.Scalar", "TS"}; op.run({this, &value}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::fill_(const Tensor& value) const { static constinit detail::Callee op{"fill_.Tensor", "TT"}; op.run({this, &value}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::fill_diagonal_(const Scalar& fill_value, bool wrap) const { static constinit detail::Callee op{"fill_diagonal_", "TSb"}; op.run({this, &fill_value, &wrap}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::fix() const { static constinit detail::Callee op{"fix", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::fix_() const { static constinit detail::Callee op{"fix_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim) const { static constinit detail::Callee op{"flatten.using_ints", "Tii"}; return op.tensor({this, &start_dim, &end_dim}); }
inline Tensor Tensor::flip(IntArrayRef dims) const { static constinit detail::Callee op{"flip", "Tl"}; return op.tensor({this, &dims}); }
inline Tensor Tensor::fliplr() const { static constinit detail::Callee op{"fliplr", "T"}; return op.tensor({this}); }
inline Tensor Tensor::flipud() const { static constinit detail::Callee op{"flipud", "T"}; return op.tensor({this}); }
inline Tensor Tensor::float_power(const Scalar& exponent) const { static constinit detail::Callee op{"float_power.Tensor_Scalar", "TS"}; return op.tensor({this, &exponent}); }
inline Tensor Tensor::float_power(const Tensor& exponent) const { static constinit detail::Callee op{"float_power.Tensor_Tensor", "TT"}; return op.tensor({this, &exponent}); }
inline Tensor& Tensor::float_power_(const Scalar& exponent) const { static constinit detail::Callee op{"float_power_.Scalar", "TS"}; op.run({this, &exponent}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::float_power_(const Tensor& exponent) const { static constinit detail::Callee op{"float_power_.Tensor", "TT"}; op.run({this, &exponent}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::floor() const { static constinit detail::Callee op{"floor", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::floor_() const { static constinit detail::Callee op{"floor_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::floor_divide(const Tensor& other) const { static constinit detail::Callee op{"floor_divide", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::floor_divide(const Scalar& other) const { static constinit detail::Callee op{"floor_divide.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::floor_divide_(const Scalar& other) const { static constinit detail::Callee op{"floor_divide_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::floor_divide_(const Tensor& other) const { static constinit detail::Callee op{"floor_divide_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::fmax(const Tensor& other) const { static constinit detail::Callee op{"fmax", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::fmin(const Tensor& other) const { static constinit detail::Callee op{"fmin", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::fmod(const Scalar& other) const { static constinit detail::Callee op{"fmod.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::fmod(const Tensor& other) const { static constinit detail::Callee op{"fmod.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::fmod_(const Scalar& other) const { static constinit detail::Callee op{"fmod_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::fmod_(const Tensor& other) const { static constinit detail::Callee op{"fmod_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::frac() const { static constinit detail::Callee op{"frac", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::frac_() const { static constinit detail::Callee op{"frac_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline std::tuple<Tensor, Tensor> Tensor::frexp() const { static constinit detail::Callee op{"frexp.Tensor", "T"}; return op.result<std::tuple<Tensor, Tensor>>({this}); }
inline Tensor Tensor::gather(int64_t dim, const Tensor& index, bool sparse_grad) const { static constinit detail::Callee op{"gather", "TiTb"}; return op.tensor({this, &dim, &index, &sparse_grad}); }
inline Tensor Tensor::gcd(const Tensor& other) const { static constinit detail::Callee op{"gcd", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::gcd_(const Tensor& other) const { static constinit detail::Callee op{"gcd_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::ge(const Scalar& other) const { static constinit detail::Callee op{"ge.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::ge(const Tensor& other) const { static constinit detail::Callee op{"ge.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::ge_(const Scalar& other) const { static constinit detail::Callee op{"ge_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::ge_(const Tensor& other) const { static constinit detail::Callee op{"ge_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::geometric_(double p, std::optional<Generator> generator) const { static constinit detail::Callee op{"geometric_", "Tdg"}; op.run({this, &p, &generator}); return const_cast<Tensor&>(*this); }
inline std::tuple<Tensor, Tensor> Tensor::geqrf() const { static constinit detail::Callee op{"geqrf", "T"}; return op.result<std::tuple<Tensor, Tensor>>({this}); }
inline Tensor Tensor::ger(const Tensor& vec2) const { static constinit detail::Callee op{"ger", "TT"}; return op.tensor({this, &vec2}); }
inline Tensor Tensor::greater(const Scalar& other) const { static constinit detail::Callee op{"greater.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::greater(const Tensor& other) const { static constinit detail::Callee op{"greater.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::greater_(const Scalar& other) const { static constinit detail::Callee op{"greater_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::greater_(const Tensor& other) const { static constinit detail::Callee op{"greater_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::greater_equal(const Scalar& other) const { static constinit detail::Callee op{"greater_equal.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::greater_equal(const Tensor& other) const { static constinit detail::Callee op{"greater_equal.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::greater_equal_(const Scalar& other) const { static constinit detail::Callee op{"greater_equal_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::greater_equal_(const Tensor& other) const { static constinit detail::Callee op{"greater_equal_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::gt(const Scalar& other) const { static constinit detail::Callee op{"gt.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::gt(const Tensor& other) const { static constinit detail::Callee op{"gt.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::gt_(const Scalar& other) const { static constinit detail::Callee op{"gt_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::gt_(const Tensor& other) const { static constinit detail::Callee op{"gt_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::hardshrink(const Scalar& lambd) const { static constinit detail::Callee op{"hardshrink", "TS"}; return op.tensor({this, &lambd}); }
inline Tensor Tensor::hardshrink_backward(const Tensor& grad_out, const Scalar& lambd) const { static constinit detail::Callee op{"hardshrink_backward", "TTS"}; return op.tensor({&grad_out, this, &lambd}); }
inline Tensor Tensor::heaviside(const Tensor& values) const { static constinit detail::Callee op{"heaviside", "TT"}; return op.tensor({this, &values}); }
inline Tensor& Tensor::heaviside_(const Tensor& values) const { static constinit detail::Callee op{"heaviside_", "TT"}; op.run({this, &values}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::histc(int64_t bins, const Scalar& min, const Scalar& max) const { static constinit detail::Callee op{"histc", "TiSS"}; return op.tensor({this, &bins, &min, &max}); }
inline std::tuple<Tensor, Tensor> Tensor::histogram(int64_t bins, std::optional<ArrayRef<double>> range, const std::optional<Tensor>& weight, bool density) const { static constinit detail::Callee op{"histogram.bin_ct", "TiFUb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &bins, &range, &weight, &density}); }
inline std::tuple<Tensor, Tensor> Tensor::histogram(const Tensor& bins, const std::optional<Tensor>& weight, bool density) const { static constinit detail::Callee op{"histogram.bins_tensor", "TTUb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &bins, &weight, &density}); }
inline std::vector<Tensor> Tensor::hsplit(IntArrayRef indices) const { static constinit detail::Callee op{"hsplit.array", "Tl"}; return op.result<std::vector<Tensor>>({this, &indices}); }
inline std::vector<Tensor> Tensor::hsplit(int64_t sections) const { static constinit detail::Callee op{"hsplit.int", "Ti"}; return op.result<std::vector<Tensor>>({this, &sections}); }
inline Tensor Tensor::hypot(const Tensor& other) const { static constinit detail::Callee op{"hypot", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::hypot_(const Tensor& other) const { static constinit detail::Callee op{"hypot_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::i0() const { static constinit detail::Callee op{"i0", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::i0_() const { static constinit detail::Callee op{"i0_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::igamma(const Tensor& other) const { static constinit detail::Callee op{"igamma", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::igamma_(const Tensor& other) const { static constinit detail::Callee op{"igamma_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::igammac(const Tensor& other) const { static constinit detail::Callee op{"igammac", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::igammac_(const Tensor& other) const { static constinit detail::Callee op{"igammac_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::index(ArrayRef<std::optional<Tensor>> indices) const { static constinit detail::Callee op{"index.Tensor", "Tu"}; return op.tensor({this, &indices}); }
inline Tensor Tensor::index_add(int64_t dim, const Tensor& index, const Tensor& source, const Scalar& alpha) const { static constinit detail::Callee op{"index_add", "TiTTS"}; return op.tensor({this, &dim, &index, &source, &alpha}); }
inline Tensor& Tensor::index_add_(int64_t dim, const Tensor& index, const Tensor& source, const Scalar& alpha) const { static constinit detail::Callee op{"index_add_", "TiTTS"}; op.run({this, &dim, &index, &source, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::index_copy_(int64_t dim, const Tensor& index, const Tensor& source) const { static constinit detail::Callee op{"index_copy_", "TiTT"}; op.run({this, &dim, &index, &source}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::index_fill(int64_t dim, const Tensor& index, const Scalar& value) const { static constinit detail::Callee op{"index_fill.int_Scalar", "TiTS"}; return op.tensor({this, &dim, &index, &value}); }
inline Tensor Tensor::index_fill(int64_t dim, const Tensor& index, const Tensor& value) const { static constinit detail::Callee op{"index_fill.int_Tensor", "TiTT"}; return op.tensor({this, &dim, &index, &value}); }
inline Tensor& Tensor::index_fill_(int64_t dim, const Tensor& index, const Scalar& value) const { static constinit detail::Callee op{"index_fill_.int_Scalar", "TiTS"}; op.run({this, &dim, &index, &value}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::index_fill_(int64_t dim, const Tensor& index, const Tensor& value) const { static constinit detail::Callee op{"index_fill_.int_Tensor", "TiTT"}; op.run({this, &dim, &index, &value}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::index_put(ArrayRef<std::optional<Tensor>> indices, const Tensor& values, bool accumulate) const { static constinit detail::Callee op{"index_put", "TuTb"}; return op.tensor({this, &indices, &values, &accumulate}); }
inline Tensor& Tensor::index_put_(ArrayRef<std::optional<Tensor>> indices, const Tensor& values, bool accumulate) const { static constinit detail::Callee op{"index_put_", "TuTb"}; op.run({this, &indices, &values, &accumulate}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::index_reduce(int64_t dim, const Tensor& index, const Tensor& source, std::string_view reduce, bool include_self) const { static constinit detail::Callee op{"index_reduce", "TiTTsb"}; return op.tensor({this, &dim, &index, &source, &reduce, &include_self}); }
inline Tensor& Tensor::index_reduce_(int64_t dim, const Tensor& index, const Tensor& source, std::string_view reduce, bool include_self) const { static constinit detail::Callee op{"index_reduce_", "TiTTsb"}; op.run({this, &dim, &index, &source, &reduce, &include_self}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::index_select(int64_t dim, const Tensor& index) const { static constinit detail::Callee op{"index_select", "TiT"}; return op.tensor({this, &dim, &index}); }
inline Tensor Tensor::inner(const Tensor& other) const { static constinit detail::Callee op{"inner", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::int_repr() const { static constinit detail::Callee op{"int_repr", "T"}; return op.tensor({this}); }
inline Tensor Tensor::inverse() const { static constinit detail::Callee op{"inverse", "T"}; return op.tensor({this}); }
inline bool Tensor::is_coalesced() const { static constinit detail::Callee op{"is_coalesced", "T"}; return op.result<bool>({this}); }
inline bool Tensor::is_nonzero() const { static constinit detail::Callee op{"is_nonzero", "T"}; return op.result<bool>({this}); }
inline bool Tensor::is_pinned(std::optional<Device> device) const { static constinit detail::Callee op{"is_pinned", "TV"}; return op.result<bool>({this, &device}); }
inline bool Tensor::is_same_size(const Tensor& other) const { static constinit detail::Callee op{"is_same_size", "TT"}; return op.result<bool>({this, &other}); }
inline bool Tensor::is_set_to(const Tensor& tensor) const { static constinit detail::Callee op{"is_set_to", "TT"}; return op.result<bool>({this, &tensor}); }
inline Tensor Tensor::isclose(const Tensor& other, double rtol, double atol, bool equal_nan) const { static constinit detail::Callee op{"isclose", "TTddb"}; return op.tensor({this, &other, &rtol, &atol, &equal_nan}); }
inline Tensor Tensor::isfinite() const { static constinit detail::Callee op{"isfinite", "T"}; return op.tensor({this}); }
inline Tensor Tensor::isinf() const { static constinit detail::Callee op{"isinf", "T"}; return op.tensor({this}); }
inline Tensor Tensor::isnan() const { static constinit detail::Callee op{"isnan", "T"}; return op.tensor({this}); }
inline Tensor Tensor::isneginf() const { static constinit detail::Callee op{"isneginf", "T"}; return op.tensor({this}); }
inline Tensor Tensor::isposinf() const { static constinit detail::Callee op{"isposinf", "T"}; return op.tensor({this}); }
inline Tensor Tensor::isreal() const { static constinit detail::Callee op{"isreal", "T"}; return op.tensor({this}); }
inline Tensor Tensor::istft(int64_t n_fft, std::optional<int64_t> hop_length, std::optional<int64_t> win_length, const std::optional<Tensor>& window, bool center, bool normalized, std::optional<bool> onesided, std::optional<int64_t> length, bool return_complex) const { static constinit detail::Callee op{"istft", "TiIIUbbBIb"}; return op.tensor({this, &n_fft, &hop_length, &win_length, &window, &center, &normalized, &onesided, &length, &return_complex}); }
inline Tensor Tensor::kron(const Tensor& other) const { static constinit detail::Callee op{"kron", "TT"}; return op.tensor({this, &other}); }
inline std::tuple<Tensor, Tensor> Tensor::kthvalue(int64_t k, int64_t dim, bool keepdim) const { static constinit detail::Callee op{"kthvalue", "Tiib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &k, &dim, &keepdim}); }
inline Tensor Tensor::lcm(const Tensor& other) const { static constinit detail::Callee op{"lcm", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::lcm_(const Tensor& other) const { static constinit detail::Callee op{"lcm_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::ldexp(const Tensor& other) const { static constinit detail::Callee op{"ldexp.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::ldexp_(const Tensor& other) const { static constinit detail::Callee op{"ldexp_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::le(const Scalar& other) const { static constinit detail::Callee op{"le.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::le(const Tensor& other) const { static constinit detail::Callee op{"le.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::le_(const Scalar& other) const { static constinit detail::Callee op{"le_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::le_(const Tensor& other) const { static constinit detail::Callee op{"le_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::lerp(const Tensor& end, const Scalar& weight) const { static constinit detail::Callee op{"lerp.Scalar", "TTS"}; return op.tensor({this, &end, &weight}); }
inline Tensor Tensor::lerp(const Tensor& end, const Tensor& weight) const { static constinit detail::Callee op{"lerp.Tensor", "TTT"}; return op.tensor({this, &end, &weight}); }
inline Tensor& Tensor::lerp_(const Tensor& end, const Scalar& weight) const { static constinit detail::Callee op{"lerp_.Scalar", "TTS"}; op.run({this, &end, &weight}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::lerp_(const Tensor& end, const Tensor& weight) const { static constinit detail::Callee op{"lerp_.Tensor", "TTT"}; op.run({this, &end, &weight}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::less(const Scalar& other) const { static constinit detail::Callee op{"less.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::less(const Tensor& other) const { static constinit detail::Callee op{"less.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::less_(const Scalar& other) const { static constinit detail::Callee op{"less_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::less_(const Tensor& other) const { static constinit detail::Callee op{"less_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::less_equal(const Scalar& other) const { static constinit detail::Callee op{"less_equal.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::less_equal(const Tensor& other) const { static constinit detail::Callee op{"less_equal.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::less_equal_(const Scalar& other) const { static constinit detail::Callee op{"less_equal_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::less_equal_(const Tensor& other) const { static constinit detail::Callee op{"less_equal_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::lgamma() const { static constinit detail::Callee op{"lgamma", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::lgamma_() const { static constinit detail::Callee op{"lgamma_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::log() const { static constinit detail::Callee op{"log", "T"}; return op.tensor({this}); }
inline Tensor Tensor::log10() const { static constinit detail::Callee op{"log10", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::log10_() const { static constinit detail::Callee op{"log10_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::log1p() const { static constinit detail::Callee op{"log1p", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::log1p_() const { static constinit detail::Callee op{"log1p_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::log2() const { static constinit detail::Callee op{"log2", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::log2_() const { static constinit detail::Callee op{"log2_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::log_() const { static constinit detail::Callee op{"log_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::log_normal_(double mean, double std, std::optional<Generator> generator) const { static constinit detail::Callee op{"log_normal_", "Tddg"}; op.run({this, &mean, &std, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::log_softmax(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"log_softmax.int", "TiY"}; return op.tensor({this, &dim, &dtype}); }
inline Tensor Tensor::logaddexp(const Tensor& other) const { static constinit detail::Callee op{"logaddexp", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::logaddexp2(const Tensor& other) const { static constinit detail::Callee op{"logaddexp2", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::logcumsumexp(int64_t dim) const { static constinit detail::Callee op{"logcumsumexp", "Ti"}; return op.tensor({this, &dim}); }
inline Tensor Tensor::logdet() const { static constinit detail::Callee op{"logdet", "T"}; return op.tensor({this}); }
inline Tensor Tensor::logical_and(const Tensor& other) const { static constinit detail::Callee op{"logical_and", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::logical_and_(const Tensor& other) const { static constinit detail::Callee op{"logical_and_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::logical_not() const { static constinit detail::Callee op{"logical_not", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::logical_not_() const { static constinit detail::Callee op{"logical_not_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::logical_or(const Tensor& other) const { static constinit detail::Callee op{"logical_or", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::logical_or_(const Tensor& other) const { static constinit detail::Callee op{"logical_or_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::logical_xor(const Tensor& other) const { static constinit detail::Callee op{"logical_xor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::logical_xor_(const Tensor& other) const { static constinit detail::Callee op{"logical_xor_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::logit(std::optional<double> eps) const { static constinit detail::Callee op{"logit", "TD"}; return op.tensor({this, &eps}); }
inline Tensor& Tensor::logit_(std::optional<double> eps) const { static constinit detail::Callee op{"logit_", "TD"}; op.run({this, &eps}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::logsumexp(IntArrayRef dim, bool keepdim) const { static constinit detail::Callee op{"logsumexp", "Tlb"}; return op.tensor({this, &dim, &keepdim}); }
inline Tensor Tensor::lt(const Scalar& other) const { static constinit detail::Callee op{"lt.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::lt(const Tensor& other) const { static constinit detail::Callee op{"lt.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::lt_(const Scalar& other) const { static constinit detail::Callee op{"lt_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::lt_(const Tensor& other) const { static constinit detail::Callee op{"lt_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::lu_solve(const Tensor& LU_data, const Tensor& LU_pivots) const { static constinit detail::Callee op{"lu_solve", "TTT"}; return op.tensor({this, &LU_data, &LU_pivots}); }
inline Tensor Tensor::mH() const { static constinit detail::Callee op{"mH", "T"}; return op.tensor({this}); }
inline Tensor Tensor::mT() const { static constinit detail::Callee op{"mT", "T"}; return op.tensor({this}); }
inline Tensor Tensor::masked_fill(const Tensor& mask, const Scalar& value) const { static constinit detail::Callee op{"masked_fill.Scalar", "TTS"}; return op.tensor({this, &mask, &value}); }
inline Tensor Tensor::masked_fill(const Tensor& mask, const Tensor& value) const { static constinit detail::Callee op{"masked_fill.Tensor", "TTT"}; return op.tensor({this, &mask, &value}); }
inline Tensor& Tensor::masked_fill_(const Tensor& mask, const Scalar& value) const { static constinit detail::Callee op{"masked_fill_.Scalar", "TTS"}; op.run({this, &mask, &value}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::masked_fill_(const Tensor& mask, const Tensor& value) const { static constinit detail::Callee op{"masked_fill_.Tensor", "TTT"}; op.run({this, &mask, &value}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::masked_scatter(const Tensor& mask, const Tensor& source) const { static constinit detail::Callee op{"masked_scatter", "TTT"}; return op.tensor({this, &mask, &source}); }
inline Tensor& Tensor::masked_scatter_(const Tensor& mask, const Tensor& source) const { static constinit detail::Callee op{"masked_scatter_", "TTT"}; op.run({this, &mask, &source}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::masked_select(const Tensor& mask) const { static constinit detail::Callee op{"masked_select", "TT"}; return op.tensor({this, &mask}); }
inline Tensor Tensor::matmul(const Tensor& other) const { static constinit detail::Callee op{"matmul", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::matrix_H() const { static constinit detail::Callee op{"matrix_H", "T"}; return op.tensor({this}); }
inline Tensor Tensor::matrix_exp() const { static constinit detail::Callee op{"matrix_exp", "T"}; return op.tensor({this}); }
inline Tensor Tensor::matrix_power(int64_t n) const { static constinit detail::Callee op{"matrix_power", "Ti"}; return op.tensor({this, &n}); }
inline Tensor Tensor::max() const { static constinit detail::Callee op{"max", "T"}; return op.tensor({this}); }
inline std::tuple<Tensor, Tensor> Tensor::max(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"max.dim", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::max(const Tensor& other) const { static constinit detail::Callee op{"max.other", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::maximum(const Tensor& other) const { static constinit detail::Callee op{"maximum", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::mean(std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"mean", "TY"}; return op.tensor({this, &dtype}); }
inline Tensor Tensor::mean(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"mean.dim", "TLbY"}; return op.tensor({this, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::median() const { static constinit detail::Callee op{"median", "T"}; return op.tensor({this}); }
inline std::tuple<Tensor, Tensor> Tensor::median(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"median.dim", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::min() const { static constinit detail::Callee op{"min", "T"}; return op.tensor({this}); }
inline std::tuple<Tensor, Tensor> Tensor::min(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"min.dim", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::min(const Tensor& other) const { static constinit detail::Callee op{"min.other", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::minimum(const Tensor& other) const { static constinit detail::Callee op{"minimum", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::mm(const Tensor& mat2) const { static constinit detail::Callee op{"mm", "TT"}; return op.tensor({this, &mat2}); }
inline std::tuple<Tensor, Tensor> Tensor::mode(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"mode", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::moveaxis(int64_t source, int64_t destination) const { static constinit detail::Callee op{"moveaxis.int", "Tii"}; return op.tensor({this, &source, &destination}); }
inline Tensor Tensor::moveaxis(IntArrayRef source, IntArrayRef destination) const { static constinit detail::Callee op{"moveaxis.intlist", "Tll"}; return op.tensor({this, &source, &destination}); }
inline Tensor Tensor::movedim(int64_t source, int64_t destination) const { static constinit detail::Callee op{"movedim.int", "Tii"}; return op.tensor({this, &source, &destination}); }
inline Tensor Tensor::movedim(IntArrayRef source, IntArrayRef destination) const { static constinit detail::Callee op{"movedim.intlist", "Tll"}; return op.tensor({this, &source, &destination}); }
inline Tensor Tensor::msort() const { static constinit detail::Callee op{"msort", "T"}; return op.tensor({this}); }
inline Tensor Tensor::mul(const Scalar& other) const { static constinit detail::Callee op{"mul.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::mul(const Tensor& other) const { static constinit detail::Callee op{"mul.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::mul_(const Scalar& other) const { static constinit detail::Callee op{"mul_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::mul_(const Tensor& other) const { static constinit detail::Callee op{"mul_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::multinomial(int64_t num_samples, bool replacement, std::optional<Generator> generator) const { static constinit detail::Callee op{"multinomial", "Tibg"}; return op.tensor({this, &num_samples, &replacement, &generator}); }
inline Tensor Tensor::multiply(const Scalar& other) const { static constinit detail::Callee op{"multiply.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::multiply(const Tensor& other) const { static constinit detail::Callee op{"multiply.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::multiply_(const Scalar& other) const { static constinit detail::Callee op{"multiply_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::multiply_(const Tensor& other) const { static constinit detail::Callee op{"multiply_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::mv(const Tensor& vec) const { static constinit detail::Callee op{"mv", "TT"}; return op.tensor({this, &vec}); }
inline Tensor Tensor::mvlgamma(int64_t p) const { static constinit detail::Callee op{"mvlgamma", "Ti"}; return op.tensor({this, &p}); }
inline Tensor& Tensor::mvlgamma_(int64_t p) const { static constinit detail::Callee op{"mvlgamma_", "Ti"}; op.run({this, &p}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::nan_to_num(std::optional<double> nan, std::optional<double> posinf, std::optional<double> neginf) const { static constinit detail::Callee op{"nan_to_num", "TDDD"}; return op.tensor({this, &nan, &posinf, &neginf}); }
inline Tensor& Tensor::nan_to_num_(std::optional<double> nan, std::optional<double> posinf, std::optional<double> neginf) const { static constinit detail::Callee op{"nan_to_num_", "TDDD"}; op.run({this, &nan, &posinf, &neginf}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::nanmean(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"nanmean", "TLbY"}; return op.tensor({this, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::nanmedian() const { static constinit detail::Callee op{"nanmedian", "T"}; return op.tensor({this}); }
inline std::tuple<Tensor, Tensor> Tensor::nanmedian(int64_t dim, bool keepdim) const { static constinit detail::Callee op{"nanmedian.dim", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &keepdim}); }
inline Tensor Tensor::nanquantile(const Tensor& q, std::optional<int64_t> dim, bool keepdim, std::string_view interpolation) const { static constinit detail::Callee op{"nanquantile", "TTIbs"}; return op.tensor({this, &q, &dim, &keepdim, &interpolation}); }
inline Tensor Tensor::nanquantile(double q, std::optional<int64_t> dim, bool keepdim, std::string_view interpolation) const { static constinit detail::Callee op{"nanquantile.scalar", "TdIbs"}; return op.tensor({this, &q, &dim, &keepdim, &interpolation}); }
inline Tensor Tensor::nansum(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"nansum", "TLbY"}; return op.tensor({this, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::narrow(int64_t dim, int64_t start, int64_t length) const { static constinit detail::Callee op{"narrow", "Tiii"}; return op.tensor({this, &dim, &start, &length}); }
inline Tensor Tensor::narrow(int64_t dim, const Tensor& start, int64_t length) const { static constinit detail::Callee op{"narrow.Tensor", "TiTi"}; return op.tensor({this, &dim, &start, &length}); }
inline Tensor Tensor::narrow_copy(int64_t dim, int64_t start, int64_t length) const { static constinit detail::Callee op{"narrow_copy", "Tiii"}; return op.tensor({this, &dim, &start, &length}); }
inline Tensor Tensor::ne(const Scalar& other) const { static constinit detail::Callee op{"ne.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::ne(const Tensor& other) const { static constinit detail::Callee op{"ne.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::ne_(const Scalar& other) const { static constinit detail::Callee op{"ne_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::ne_(const Tensor& other) const { static constinit detail::Callee op{"ne_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::neg() const { static constinit detail::Callee op{"neg", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::neg_() const { static constinit detail::Callee op{"neg_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::negative() const { static constinit detail::Callee op{"negative", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::negative_() const { static constinit detail::Callee op{"negative_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::new_empty(IntArrayRef size, const TensorOptions& options) const { static constinit detail::Callee op{"new_empty", "Tlo"}; return op.tensor({this, &size, &options}); }
inline Tensor Tensor::new_empty(IntArrayRef size, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) const { static constinit detail::Callee op{"new_empty", "TlYAVB"}; return op.tensor({this, &size, &dtype, &layout, &device, &pin_memory}); }
inline Tensor Tensor::new_empty_strided(IntArrayRef size, IntArrayRef stride, const TensorOptions& options) const { static constinit detail::Callee op{"new_empty_strided", "Tllo"}; return op.tensor({this, &size, &stride, &options}); }
inline Tensor Tensor::new_empty_strided(IntArrayRef size, IntArrayRef stride, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) const { static constinit detail::Callee op{"new_empty_strided", "TllYAVB"}; return op.tensor({this, &size, &stride, &dtype, &layout, &device, &pin_memory}); }
inline Tensor Tensor::new_full(IntArrayRef size, const Scalar& fill_value, const TensorOptions& options) const { static constinit detail::Callee op{"new_full", "TlSo"}; return op.tensor({this, &size, &fill_value, &options}); }
inline Tensor Tensor::new_full(IntArrayRef size, const Scalar& fill_value, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) const { static constinit detail::Callee op{"new_full", "TlSYAVB"}; return op.tensor({this, &size, &fill_value, &dtype, &layout, &device, &pin_memory}); }
inline Tensor Tensor::new_ones(IntArrayRef size, const TensorOptions& options) const { static constinit detail::Callee op{"new_ones", "Tlo"}; return op.tensor({this, &size, &options}); }
inline Tensor Tensor::new_ones(IntArrayRef size, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) const { static constinit detail::Callee op{"new_ones", "TlYAVB"}; return op.tensor({this, &size, &dtype, &layout, &device, &pin_memory}); }
inline Tensor Tensor::new_zeros(IntArrayRef size, const TensorOptions& options) const { static constinit detail::Callee op{"new_zeros", "Tlo"}; return op.tensor({this, &size, &options}); }
inline Tensor Tensor::new_zeros(IntArrayRef size, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) const { static constinit detail::Callee op{"new_zeros", "TlYAVB"}; return op.tensor({this, &size, &dtype, &layout, &device, &pin_memory}); }
inline Tensor Tensor::nextafter(const Tensor& other) const { static constinit detail::Callee op{"nextafter", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::nextafter_(const Tensor& other) const { static constinit detail::Callee op{"nextafter_", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::nonzero() const { static constinit detail::Callee op{"nonzero", "T"}; return op.tensor({this}); }
inline Tensor Tensor::norm(const Scalar& p) const { static constinit detail::Callee op{"norm.Scalar", "TS"}; return op.tensor({this, &p}); }
inline Tensor Tensor::norm(const std::optional<Scalar>& p, IntArrayRef dim, bool keepdim) const { static constinit detail::Callee op{"norm.ScalarOpt_dim", "TRlb"}; return op.tensor({this, &p, &dim, &keepdim}); }
inline Tensor Tensor::norm(const std::optional<Scalar>& p, IntArrayRef dim, bool keepdim, ScalarType dtype) const { static constinit detail::Callee op{"norm.ScalarOpt_dim_dtype", "TRlby"}; return op.tensor({this, &p, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::norm(const std::optional<Scalar>& p, ScalarType dtype) const { static constinit detail::Callee op{"norm.ScalarOpt_dtype", "TRy"}; return op.tensor({this, &p, &dtype}); }
inline Tensor& Tensor::normal_(double mean, double std, std::optional<Generator> generator) const { static constinit detail::Callee op{"normal_", "Tddg"}; op.run({this, &mean, &std, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::not_equal(const Scalar& other) const { static constinit detail::Callee op{"not_equal.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::not_equal(const Tensor& other) const { static constinit detail::Callee op{"not_equal.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::not_equal_(const Scalar& other) const { static constinit detail::Callee op{"not_equal_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::not_equal_(const Tensor& other) const { static constinit detail::Callee op{"not_equal_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::numpy_T() const { static constinit detail::Callee op{"numpy_T", "T"}; return op.tensor({this}); }
inline Tensor Tensor::orgqr(const Tensor& input2) const { static constinit detail::Callee op{"orgqr", "TT"}; return op.tensor({this, &input2}); }
inline Tensor Tensor::ormqr(const Tensor& input2, const Tensor& input3, bool left, bool transpose) const { static constinit detail::Callee op{"ormqr", "TTTbb"}; return op.tensor({this, &input2, &input3, &left, &transpose}); }
inline Tensor Tensor::outer(const Tensor& vec2) const { static constinit detail::Callee op{"outer", "TT"}; return op.tensor({this, &vec2}); }
inline Tensor Tensor::permute(IntArrayRef dims) const { static constinit detail::Callee op{"permute", "Tl"}; return op.tensor({this, &dims}); }
inline Tensor Tensor::pinverse(double rcond) const { static constinit detail::Callee op{"pinverse", "Td"}; return op.tensor({this, &rcond}); }
inline Tensor Tensor::polygamma(int64_t n) const { static constinit detail::Callee op{"polygamma", "iT"}; return op.tensor({&n, this}); }
inline Tensor& Tensor::polygamma_(int64_t n) const { static constinit detail::Callee op{"polygamma_", "Ti"}; op.run({this, &n}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::positive() const { static constinit detail::Callee op{"positive", "T"}; return op.tensor({this}); }
inline Tensor Tensor::pow(const Scalar& exponent) const { static constinit detail::Callee op{"pow.Tensor_Scalar", "TS"}; return op.tensor({this, &exponent}); }
inline Tensor Tensor::pow(const Tensor& exponent) const { static constinit detail::Callee op{"pow.Tensor_Tensor", "TT"}; return op.tensor({this, &exponent}); }
inline Tensor& Tensor::pow_(const Scalar& exponent) const { static constinit detail::Callee op{"pow_.Scalar", "TS"}; op.run({this, &exponent}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::pow_(const Tensor& exponent) const { static constinit detail::Callee op{"pow_.Tensor", "TT"}; op.run({this, &exponent}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::prelu(const Tensor& weight) const { static constinit detail::Callee op{"prelu", "TT"}; return op.tensor({this, &weight}); }
inline std::tuple<Tensor, Tensor> Tensor::prelu_backward(const Tensor& grad_output, const Tensor& weight) const { static constinit detail::Callee op{"prelu_backward", "TTT"}; return op.result<std::tuple<Tensor, Tensor>>({&grad_output, this, &weight}); }
inline Tensor Tensor::prod(std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"prod", "TY"}; return op.tensor({this, &dtype}); }
inline Tensor Tensor::prod(int64_t dim, bool keepdim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"prod.dim_int", "TibY"}; return op.tensor({this, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::put(const Tensor& index, const Tensor& source, bool accumulate) const { static constinit detail::Callee op{"put", "TTTb"}; return op.tensor({this, &index, &source, &accumulate}); }
inline Tensor& Tensor::put_(const Tensor& index, const Tensor& source, bool accumulate) const { static constinit detail::Callee op{"put_", "TTTb"}; op.run({this, &index, &source, &accumulate}); return const_cast<Tensor&>(*this); }
inline std::tuple<Tensor, Tensor> Tensor::qr(bool some) const { static constinit detail::Callee op{"qr", "Tb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &some}); }
inline Tensor Tensor::quantile(const Tensor& q, std::optional<int64_t> dim, bool keepdim, std::string_view interpolation) const { static constinit detail::Callee op{"quantile", "TTIbs"}; return op.tensor({this, &q, &dim, &keepdim, &interpolation}); }
inline Tensor Tensor::quantile(double q, std::optional<int64_t> dim, bool keepdim, std::string_view interpolation) const { static constinit detail::Callee op{"quantile.scalar", "TdIbs"}; return op.tensor({this, &q, &dim, &keepdim, &interpolation}); }
inline Tensor Tensor::rad2deg() const { static constinit detail::Callee op{"rad2deg", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::rad2deg_() const { static constinit detail::Callee op{"rad2deg_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::random_(std::optional<Generator> generator) const { static constinit detail::Callee op{"random_", "Tg"}; op.run({this, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::random_(int64_t from, std::optional<int64_t> to, std::optional<Generator> generator) const { static constinit detail::Callee op{"random_.from", "TiIg"}; op.run({this, &from, &to, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::random_(int64_t to, std::optional<Generator> generator) const { static constinit detail::Callee op{"random_.to", "Tig"}; op.run({this, &to, &generator}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::ravel() const { static constinit detail::Callee op{"ravel", "T"}; return op.tensor({this}); }
inline Tensor Tensor::reciprocal() const { static constinit detail::Callee op{"reciprocal", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::reciprocal_() const { static constinit detail::Callee op{"reciprocal_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::relu() const { static constinit detail::Callee op{"relu", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::relu_() const { static constinit detail::Callee op{"relu_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::remainder(const Scalar& other) const { static constinit detail::Callee op{"remainder.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::remainder(const Tensor& other) const { static constinit detail::Callee op{"remainder.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::remainder_(const Scalar& other) const { static constinit detail::Callee op{"remainder_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::remainder_(const Tensor& other) const { static constinit detail::Callee op{"remainder_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::renorm(const Scalar& p, int64_t dim, const Scalar& maxnorm) const { static constinit detail::Callee op{"renorm", "TSiS"}; return op.tensor({this, &p, &dim, &maxnorm}); }
inline Tensor& Tensor::renorm_(const Scalar& p, int64_t dim, const Scalar& maxnorm) const { static constinit detail::Callee op{"renorm_", "TSiS"}; op.run({this, &p, &dim, &maxnorm}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::repeat(IntArrayRef repeats) const { static constinit detail::Callee op{"repeat", "Tl"}; return op.tensor({this, &repeats}); }
inline Tensor Tensor::repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim, std::optional<int64_t> output_size) const { static constinit detail::Callee op{"repeat_interleave.self_Tensor", "TTII"}; return op.tensor({this, &repeats, &dim, &output_size}); }
inline Tensor Tensor::repeat_interleave(int64_t repeats, std::optional<int64_t> dim, std::optional<int64_t> output_size) const { static constinit detail::Callee op{"repeat_interleave.self_int", "TiII"}; return op.tensor({this, &repeats, &dim, &output_size}); }
inline Tensor Tensor::reshape(IntArrayRef shape) const { static constinit detail::Callee op{"reshape", "Tl"}; return op.tensor({this, &shape}); }
inline Tensor Tensor::reshape_as(const Tensor& other) const { static constinit detail::Callee op{"reshape_as", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::resize_(IntArrayRef size, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"resize_", "TlM"}; op.run({this, &size, &memory_format}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::resize_as_(const Tensor& the_template, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"resize_as_", "TTM"}; op.run({this, &the_template, &memory_format}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::resolve_conj() const { static constinit detail::Callee op{"resolve_conj", "T"}; return op.tensor({this}); }
inline Tensor Tensor::resolve_neg() const { static constinit detail::Callee op{"resolve_neg", "T"}; return op.tensor({this}); }
inline Tensor Tensor::roll(IntArrayRef shifts, IntArrayRef dims) const { static constinit detail::Callee op{"roll", "Tll"}; return op.tensor({this, &shifts, &dims}); }
inline Tensor Tensor::rot90(int64_t k, IntArrayRef dims) const { static constinit detail::Callee op{"rot90", "Til"}; return op.tensor({this, &k, &dims}); }
inline Tensor Tensor::round() const { static constinit detail::Callee op{"round", "T"}; return op.tensor({this}); }
inline Tensor Tensor::round(int64_t decimals) const { static constinit detail::Callee op{"round.decimals", "Ti"}; return op.tensor({this, &decimals}); }
inline Tensor& Tensor::round_() const { static constinit detail::Callee op{"round_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::round_(int64_t decimals) const { static constinit detail::Callee op{"round_.decimals", "Ti"}; op.run({this, &decimals}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::rsqrt() const { static constinit detail::Callee op{"rsqrt", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::rsqrt_() const { static constinit detail::Callee op{"rsqrt_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Tensor& src, std::string_view reduce) const { static constinit detail::Callee op{"scatter.reduce", "TiTTs"}; return op.tensor({this, &dim, &index, &src, &reduce}); }
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Tensor& src) const { static constinit detail::Callee op{"scatter.src", "TiTT"}; return op.tensor({this, &dim, &index, &src}); }
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Scalar& value) const { static constinit detail::Callee op{"scatter.value", "TiTS"}; return op.tensor({this, &dim, &index, &value}); }
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Scalar& value, std::string_view reduce) const { static constinit detail::Callee op{"scatter.value_reduce", "TiTSs"}; return op.tensor({this, &dim, &index, &value, &reduce}); }
inline Tensor& Tensor::scatter_(int64_t dim, const Tensor& index, const Tensor& src, std::string_view reduce) const { static constinit detail::Callee op{"scatter_.reduce", "TiTTs"}; op.run({this, &dim, &index, &src, &reduce}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::scatter_(int64_t dim, const Tensor& index, const Tensor& src) const { static constinit detail::Callee op{"scatter_.src", "TiTT"}; op.run({this, &dim, &index, &src}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::scatter_(int64_t dim, const Tensor& index, const Scalar& value) const { static constinit detail::Callee op{"scatter_.value", "TiTS"}; op.run({this, &dim, &index, &value}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::scatter_(int64_t dim, const Tensor& index, const Scalar& value, std::string_view reduce) const { static constinit detail::Callee op{"scatter_.value_reduce", "TiTSs"}; op.run({this, &dim, &index, &value, &reduce}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::scatter_add(int64_t dim, const Tensor& index, const Tensor& src) const { static constinit detail::Callee op{"scatter_add", "TiTT"}; return op.tensor({this, &dim, &index, &src}); }
inline Tensor& Tensor::scatter_add_(int64_t dim, const Tensor& index, const Tensor& src) const { static constinit detail::Callee op{"scatter_add_", "TiTT"}; op.run({this, &dim, &index, &src}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::scatter_reduce(int64_t dim, const Tensor& index, const Tensor& src, std::string_view reduce, bool include_self) const { static constinit detail::Callee op{"scatter_reduce.two", "TiTTsb"}; return op.tensor({this, &dim, &index, &src, &reduce, &include_self}); }
inline Tensor& Tensor::scatter_reduce_(int64_t dim, const Tensor& index, const Tensor& src, std::string_view reduce, bool include_self) const { static constinit detail::Callee op{"scatter_reduce_.two", "TiTTsb"}; op.run({this, &dim, &index, &src, &reduce, &include_self}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::select(int64_t dim, int64_t index) const { static constinit detail::Callee op{"select.int", "Tii"}; return op.tensor({this, &dim, &index}); }
inline Tensor Tensor::select_scatter(const Tensor& src, int64_t dim, int64_t index) const { static constinit detail::Callee op{"select_scatter", "TTii"}; return op.tensor({this, &src, &dim, &index}); }
inline Tensor& Tensor::set_() const { static constinit detail::Callee op{"set_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::set_(const Tensor& source) const { static constinit detail::Callee op{"set_.source_Tensor", "TT"}; op.run({this, &source}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::set_(const Tensor& source, int64_t storage_offset, IntArrayRef size, IntArrayRef stride) const { static constinit detail::Callee op{"set_.source_Tensor_storage_offset", "TTill"}; op.run({this, &source, &storage_offset, &size, &stride}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sgn() const { static constinit detail::Callee op{"sgn", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sgn_() const { static constinit detail::Callee op{"sgn_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sigmoid() const { static constinit detail::Callee op{"sigmoid", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sigmoid_() const { static constinit detail::Callee op{"sigmoid_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sign() const { static constinit detail::Callee op{"sign", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sign_() const { static constinit detail::Callee op{"sign_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::signbit() const { static constinit detail::Callee op{"signbit", "T"}; return op.tensor({this}); }
inline Tensor Tensor::sin() const { static constinit detail::Callee op{"sin", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sin_() const { static constinit detail::Callee op{"sin_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sinc() const { static constinit detail::Callee op{"sinc", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sinc_() const { static constinit detail::Callee op{"sinc_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sinh() const { static constinit detail::Callee op{"sinh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sinh_() const { static constinit detail::Callee op{"sinh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::slice(int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) const { static constinit detail::Callee op{"slice.Tensor", "TiIIi"}; return op.tensor({this, &dim, &start, &end, &step}); }
inline Tensor Tensor::slice_scatter(const Tensor& src, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) const { static constinit detail::Callee op{"slice_scatter", "TTiIIi"}; return op.tensor({this, &src, &dim, &start, &end, &step}); }
inline std::tuple<Tensor, Tensor> Tensor::slogdet() const { static constinit detail::Callee op{"slogdet", "T"}; return op.result<std::tuple<Tensor, Tensor>>({this}); }
inline Tensor Tensor::softmax(int64_t dim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"softmax.int", "TiY"}; return op.tensor({this, &dim, &dtype}); }
inline std::tuple<Tensor, Tensor> Tensor::sort(int64_t dim, bool descending) const { static constinit detail::Callee op{"sort", "Tib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &dim, &descending}); }
inline std::tuple<Tensor, Tensor> Tensor::sort(std::optional<bool> stable, int64_t dim, bool descending) const { static constinit detail::Callee op{"sort.stable", "TBib"}; return op.result<std::tuple<Tensor, Tensor>>({this, &stable, &dim, &descending}); }
inline std::vector<Tensor> Tensor::split(int64_t split_size, int64_t dim) const { static constinit detail::Callee op{"split.Tensor", "Tii"}; return op.result<std::vector<Tensor>>({this, &split_size, &dim}); }
inline std::vector<Tensor> Tensor::split(IntArrayRef split_size, int64_t dim) const { static constinit detail::Callee op{"split.sizes", "Tli"}; return op.result<std::vector<Tensor>>({this, &split_size, &dim}); }
inline std::vector<Tensor> Tensor::split_with_sizes(IntArrayRef split_sizes, int64_t dim) const { static constinit detail::Callee op{"split_with_sizes", "Tli"}; return op.result<std::vector<Tensor>>({this, &split_sizes, &dim}); }
inline Tensor Tensor::sqrt() const { static constinit detail::Callee op{"sqrt", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::sqrt_() const { static constinit detail::Callee op{"sqrt_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::square() const { static constinit detail::Callee op{"square", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::square_() const { static constinit detail::Callee op{"square_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::squeeze() const { static constinit detail::Callee op{"squeeze", "T"}; return op.tensor({this}); }
inline Tensor Tensor::squeeze(int64_t dim) const { static constinit detail::Callee op{"squeeze.dim", "Ti"}; return op.tensor({this, &dim}); }
inline Tensor& Tensor::squeeze_() const { static constinit detail::Callee op{"squeeze_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::squeeze_(int64_t dim) const { static constinit detail::Callee op{"squeeze_.dim", "Ti"}; op.run({this, &dim}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::std(bool unbiased) const { static constinit detail::Callee op{"std", "Tb"}; return op.tensor({this, &unbiased}); }
inline Tensor Tensor::std(OptionalIntArrayRef dim, std::optional<int64_t> correction, bool keepdim) const { static constinit detail::Callee op{"std.correction", "TLIb"}; return op.tensor({this, &dim, &correction, &keepdim}); }
inline Tensor Tensor::std(OptionalIntArrayRef dim, bool unbiased, bool keepdim) const { static constinit detail::Callee op{"std.dim", "TLbb"}; return op.tensor({this, &dim, &unbiased, &keepdim}); }
inline Tensor Tensor::stft(int64_t n_fft, std::optional<int64_t> hop_length, std::optional<int64_t> win_length, const std::optional<Tensor>& window, bool normalized, std::optional<bool> onesided, std::optional<bool> return_complex) const { static constinit detail::Callee op{"stft", "TiIIUbBB"}; return op.tensor({this, &n_fft, &hop_length, &win_length, &window, &normalized, &onesided, &return_complex}); }
inline Tensor Tensor::stft(int64_t n_fft, std::optional<int64_t> hop_length, std::optional<int64_t> win_length, const std::optional<Tensor>& window, bool center, std::string_view pad_mode, bool normalized, std::optional<bool> onesided, std::optional<bool> return_complex) const { static constinit detail::Callee op{"stft.center", "TiIIUbsbBB"}; return op.tensor({this, &n_fft, &hop_length, &win_length, &window, &center, &pad_mode, &normalized, &onesided, &return_complex}); }
inline Tensor Tensor::sub(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"sub.Scalar", "TSS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor Tensor::sub(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"sub.Tensor", "TTS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor& Tensor::sub_(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"sub_.Scalar", "TSS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::sub_(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"sub_.Tensor", "TTS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::subtract(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"subtract.Scalar", "TSS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor Tensor::subtract(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"subtract.Tensor", "TTS"}; return op.tensor({this, &other, &alpha}); }
inline Tensor& Tensor::subtract_(const Scalar& other, const Scalar& alpha) const { static constinit detail::Callee op{"subtract_.Scalar", "TSS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::subtract_(const Tensor& other, const Scalar& alpha) const { static constinit detail::Callee op{"subtract_.Tensor", "TTS"}; op.run({this, &other, &alpha}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::sum(std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"sum", "TY"}; return op.tensor({this, &dtype}); }
inline Tensor Tensor::sum(OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype) const { static constinit detail::Callee op{"sum.dim_IntList", "TLbY"}; return op.tensor({this, &dim, &keepdim, &dtype}); }
inline Tensor Tensor::sum_to_size(IntArrayRef size) const { static constinit detail::Callee op{"sum_to_size", "Tl"}; return op.tensor({this, &size}); }
inline std::tuple<Tensor, Tensor, Tensor> Tensor::svd(bool some, bool compute_uv) const { static constinit detail::Callee op{"svd", "Tbb"}; return op.result<std::tuple<Tensor, Tensor, Tensor>>({this, &some, &compute_uv}); }
inline Tensor Tensor::swapaxes(int64_t axis0, int64_t axis1) const { static constinit detail::Callee op{"swapaxes", "Tii"}; return op.tensor({this, &axis0, &axis1}); }
inline Tensor& Tensor::swapaxes_(int64_t axis0, int64_t axis1) const { static constinit detail::Callee op{"swapaxes_", "Tii"}; op.run({this, &axis0, &axis1}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::swapdims(int64_t dim0, int64_t dim1) const { static constinit detail::Callee op{"swapdims", "Tii"}; return op.tensor({this, &dim0, &dim1}); }
inline Tensor& Tensor::swapdims_(int64_t dim0, int64_t dim1) const { static constinit detail::Callee op{"swapdims_", "Tii"}; op.run({this, &dim0, &dim1}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::t() const { static constinit detail::Callee op{"t", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::t_() const { static constinit detail::Callee op{"t_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::take(const Tensor& index) const { static constinit detail::Callee op{"take", "TT"}; return op.tensor({this, &index}); }
inline Tensor Tensor::take_along_dim(const Tensor& indices, std::optional<int64_t> dim) const { static constinit detail::Callee op{"take_along_dim", "TTI"}; return op.tensor({this, &indices, &dim}); }
inline Tensor Tensor::tan() const { static constinit detail::Callee op{"tan", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::tan_() const { static constinit detail::Callee op{"tan_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::tanh() const { static constinit detail::Callee op{"tanh", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::tanh_() const { static constinit detail::Callee op{"tanh_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline std::vector<Tensor> Tensor::tensor_split(IntArrayRef indices, int64_t dim) const { static constinit detail::Callee op{"tensor_split.indices", "Tli"}; return op.result<std::vector<Tensor>>({this, &indices, &dim}); }
inline std::vector<Tensor> Tensor::tensor_split(int64_t sections, int64_t dim) const { static constinit detail::Callee op{"tensor_split.sections", "Tii"}; return op.result<std::vector<Tensor>>({this, &sections, &dim}); }
inline std::vector<Tensor> Tensor::tensor_split(const Tensor& tensor_indices_or_sections, int64_t dim) const { static constinit detail::Callee op{"tensor_split.tensor_indices_or_sections", "TTi"}; return op.result<std::vector<Tensor>>({this, &tensor_indices_or_sections, &dim}); }
inline Tensor Tensor::tile(IntArrayRef dims) const { static constinit detail::Callee op{"tile", "Tl"}; return op.tensor({this, &dims}); }
inline Tensor Tensor::to(Device device, ScalarType dtype, bool non_blocking, bool copy, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"to.device", "TvybbM"}; return op.tensor({this, &device, &dtype, &non_blocking, &copy, &memory_format}); }
inline Tensor Tensor::to(ScalarType dtype, bool non_blocking, bool copy, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"to.dtype", "TybbM"}; return op.tensor({this, &dtype, &non_blocking, &copy, &memory_format}); }
inline Tensor Tensor::to(std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory, bool non_blocking, bool copy, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"to.dtype_layout", "TYAVBbbM"}; return op.tensor({this, &dtype, &layout, &device, &pin_memory, &non_blocking, &copy, &memory_format}); }
inline Tensor Tensor::to(const Tensor& other, bool non_blocking, bool copy, std::optional<MemoryFormat> memory_format) const { static constinit detail::Callee op{"to.other", "TTbbM"}; return op.tensor({this, &other, &non_blocking, &copy, &memory_format}); }
inline Tensor Tensor::to_padded_tensor(double padding, OptionalIntArrayRef output_size) const { static constinit detail::Callee op{"to_padded_tensor", "TdL"}; return op.tensor({this, &padding, &output_size}); }
inline std::tuple<Tensor, Tensor> Tensor::topk(int64_t k, int64_t dim, bool largest, bool sorted) const { static constinit detail::Callee op{"topk", "Tiibb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &k, &dim, &largest, &sorted}); }
inline Tensor Tensor::trace() const { static constinit detail::Callee op{"trace", "T"}; return op.tensor({this}); }
inline Tensor Tensor::transpose(int64_t dim0, int64_t dim1) const { static constinit detail::Callee op{"transpose.int", "Tii"}; return op.tensor({this, &dim0, &dim1}); }
inline Tensor& Tensor::transpose_(int64_t dim0, int64_t dim1) const { static constinit detail::Callee op{"transpose_", "Tii"}; op.run({this, &dim0, &dim1}); return const_cast<Tensor&>(*this); }
inline std::tuple<Tensor, Tensor> Tensor::triangular_solve(const Tensor& A, bool upper, bool transpose, bool unitriangular) const { static constinit detail::Callee op{"triangular_solve", "TTbbb"}; return op.result<std::tuple<Tensor, Tensor>>({this, &A, &upper, &transpose, &unitriangular}); }
inline Tensor Tensor::tril(int64_t diagonal) const { static constinit detail::Callee op{"tril", "Ti"}; return op.tensor({this, &diagonal}); }
inline Tensor& Tensor::tril_(int64_t diagonal) const { static constinit detail::Callee op{"tril_", "Ti"}; op.run({this, &diagonal}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::triu(int64_t diagonal) const { static constinit detail::Callee op{"triu", "Ti"}; return op.tensor({this, &diagonal}); }
inline Tensor& Tensor::triu_(int64_t diagonal) const { static constinit detail::Callee op{"triu_", "Ti"}; op.run({this, &diagonal}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::true_divide(const Scalar& other) const { static constinit detail::Callee op{"true_divide.Scalar", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::true_divide(const Tensor& other) const { static constinit detail::Callee op{"true_divide.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::true_divide_(const Scalar& other) const { static constinit detail::Callee op{"true_divide_.Scalar", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::true_divide_(const Tensor& other) const { static constinit detail::Callee op{"true_divide_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::trunc() const { static constinit detail::Callee op{"trunc", "T"}; return op.tensor({this}); }
inline Tensor& Tensor::trunc_() const { static constinit detail::Callee op{"trunc_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::type_as(const Tensor& other) const { static constinit detail::Callee op{"type_as", "TT"}; return op.tensor({this, &other}); }
inline std::vector<Tensor> Tensor::unbind(int64_t dim) const { static constinit detail::Callee op{"unbind.int", "Ti"}; return op.result<std::vector<Tensor>>({this, &dim}); }
inline Tensor Tensor::unflatten(int64_t dim, IntArrayRef sizes) const { static constinit detail::Callee op{"unflatten.int", "Til"}; return op.tensor({this, &dim, &sizes}); }
inline Tensor Tensor::unfold(int64_t dimension, int64_t size, int64_t step) const { static constinit detail::Callee op{"unfold", "Tiii"}; return op.tensor({this, &dimension, &size, &step}); }
inline Tensor& Tensor::uniform_(double from, double to, std::optional<Generator> generator) const { static constinit detail::Callee op{"uniform_", "Tddg"}; op.run({this, &from, &to, &generator}); return const_cast<Tensor&>(*this); }
inline std::vector<Tensor> Tensor::unsafe_chunk(int64_t chunks, int64_t dim) const { static constinit detail::Callee op{"unsafe_chunk", "Tii"}; return op.result<std::vector<Tensor>>({this, &chunks, &dim}); }
inline std::vector<Tensor> Tensor::unsafe_split(int64_t split_size, int64_t dim) const { static constinit detail::Callee op{"unsafe_split.Tensor", "Tii"}; return op.result<std::vector<Tensor>>({this, &split_size, &dim}); }
inline std::vector<Tensor> Tensor::unsafe_split_with_sizes(IntArrayRef split_sizes, int64_t dim) const { static constinit detail::Callee op{"unsafe_split_with_sizes", "Tli"}; return op.result<std::vector<Tensor>>({this, &split_sizes, &dim}); }
inline Tensor Tensor::unsqueeze(int64_t dim) const { static constinit detail::Callee op{"unsqueeze", "Ti"}; return op.tensor({this, &dim}); }
inline Tensor& Tensor::unsqueeze_(int64_t dim) const { static constinit detail::Callee op{"unsqueeze_", "Ti"}; op.run({this, &dim}); return const_cast<Tensor&>(*this); }
inline Tensor Tensor::values() const { static constinit detail::Callee op{"values", "T"}; return op.tensor({this}); }
inline Tensor Tensor::var(bool unbiased) const { static constinit detail::Callee op{"var", "Tb"}; return op.tensor({this, &unbiased}); }
inline Tensor Tensor::var(OptionalIntArrayRef dim, std::optional<int64_t> correction, bool keepdim) const { static constinit detail::Callee op{"var.correction", "TLIb"}; return op.tensor({this, &dim, &correction, &keepdim}); }
inline Tensor Tensor::var(OptionalIntArrayRef dim, bool unbiased, bool keepdim) const { static constinit detail::Callee op{"var.dim", "TLbb"}; return op.tensor({this, &dim, &unbiased, &keepdim}); }
inline Tensor Tensor::vdot(const Tensor& other) const { static constinit detail::Callee op{"vdot", "TT"}; return op.tensor({this, &other}); }
inline Tensor Tensor::view(IntArrayRef size) const { static constinit detail::Callee op{"view", "Tl"}; return op.tensor({this, &size}); }
inline Tensor Tensor::view(ScalarType dtype) const { static constinit detail::Callee op{"view.dtype", "Ty"}; return op.tensor({this, &dtype}); }
inline Tensor Tensor::view_as(const Tensor& other) const { static constinit detail::Callee op{"view_as", "TT"}; return op.tensor({this, &other}); }
inline std::vector<Tensor> Tensor::vsplit(IntArrayRef indices) const { static constinit detail::Callee op{"vsplit.array", "Tl"}; return op.result<std::vector<Tensor>>({this, &indices}); }
inline std::vector<Tensor> Tensor::vsplit(int64_t sections) const { static constinit detail::Callee op{"vsplit.int", "Ti"}; return op.result<std::vector<Tensor>>({this, &sections}); }
inline Tensor Tensor::where(const Tensor& condition, const Tensor& other) const { static constinit detail::Callee op{"where.self", "TTT"}; return op.tensor({&condition, this, &other}); }
inline Tensor Tensor::xlogy(const Scalar& other) const { static constinit detail::Callee op{"xlogy.Scalar_Other", "TS"}; return op.tensor({this, &other}); }
inline Tensor Tensor::xlogy(const Tensor& other) const { static constinit detail::Callee op{"xlogy.Tensor", "TT"}; return op.tensor({this, &other}); }
inline Tensor& Tensor::xlogy_(const Scalar& other) const { static constinit detail::Callee op{"xlogy_.Scalar_Other", "TS"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::xlogy_(const Tensor& other) const { static constinit detail::Callee op{"xlogy_.Tensor", "TT"}; op.run({this, &other}); return const_cast<Tensor&>(*this); }
inline Tensor& Tensor::zero_() const { static constinit detail::Callee op{"zero_", "T"}; op.run({this}); return const_cast<Tensor&>(*this); }

}  // namespace tealight
