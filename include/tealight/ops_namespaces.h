// Families of operators in their namespaces: tealight::fft::rfft(x).
// Written by tools/gen_ops_header.py from PyTorch's schemas: do not edit.
// clang-format off
#pragma once
#include "tealight/ops.h"

namespace tealight {

namespace fft { inline Tensor fft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fft(self, n, dim, norm); } }
namespace fft { inline Tensor& fft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& fft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_fft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor fft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fft2(self, s, dim, norm); } }
namespace fft { inline Tensor& fft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& fft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_fft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor fftfreq(int64_t n, double d = 1.0, const TensorOptions& options = {}) { return tealight::fft_fftfreq(n, d, options); } }
namespace fft { inline Tensor fftfreq(int64_t n, double d, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) { return tealight::fft_fftfreq(n, d, dtype, layout, device, pin_memory); } }
namespace fft { inline Tensor& fftfreq_out(Tensor& out, int64_t n, double d = 1.0) { return tealight::fft_fftfreq_out(out, n, d); } }
namespace fft { inline Tensor& fftfreq_outf(int64_t n, double d, Tensor& out) { return tealight::fft_fftfreq_outf(n, d, out); } }
namespace fft { inline Tensor fftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fftn(self, s, dim, norm); } }
namespace fft { inline Tensor& fftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_fftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& fftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_fftn_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor fftshift(const Tensor& self, OptionalIntArrayRef dim = std::nullopt) { return tealight::fft_fftshift(self, dim); } }
namespace fft { inline Tensor hfft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfft(self, n, dim, norm); } }
namespace fft { inline Tensor& hfft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& hfft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_hfft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor hfft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfft2(self, s, dim, norm); } }
namespace fft { inline Tensor& hfft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& hfft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_hfft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor hfftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfftn(self, s, dim, norm); } }
namespace fft { inline Tensor& hfftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_hfftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& hfftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_hfftn_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor ifft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifft(self, n, dim, norm); } }
namespace fft { inline Tensor& ifft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& ifft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ifft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor ifft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifft2(self, s, dim, norm); } }
namespace fft { inline Tensor& ifft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& ifft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ifft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor ifftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifftn(self, s, dim, norm); } }
namespace fft { inline Tensor& ifftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ifftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& ifftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ifftn_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor ifftshift(const Tensor& self, OptionalIntArrayRef dim = std::nullopt) { return tealight::fft_ifftshift(self, dim); } }
namespace fft { inline Tensor ihfft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfft(self, n, dim, norm); } }
namespace fft { inline Tensor& ihfft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& ihfft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ihfft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor ihfft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfft2(self, s, dim, norm); } }
namespace fft { inline Tensor& ihfft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& ihfft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ihfft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor ihfftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfftn(self, s, dim, norm); } }
namespace fft { inline Tensor& ihfftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_ihfftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& ihfftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_ihfftn_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor irfft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfft(self, n, dim, norm); } }
namespace fft { inline Tensor& irfft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& irfft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_irfft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor irfft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfft2(self, s, dim, norm); } }
namespace fft { inline Tensor& irfft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& irfft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_irfft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor irfftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfftn(self, s, dim, norm); } }
namespace fft { inline Tensor& irfftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_irfftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& irfftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_irfftn_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor rfft(const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfft(self, n, dim, norm); } }
namespace fft { inline Tensor& rfft_out(Tensor& out, const Tensor& self, std::optional<int64_t> n = std::nullopt, int64_t dim = -1, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfft_out(out, self, n, dim, norm); } }
namespace fft { inline Tensor& rfft_outf(const Tensor& self, std::optional<int64_t> n, int64_t dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_rfft_outf(self, n, dim, norm, out); } }
namespace fft { inline Tensor rfft2(const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfft2(self, s, dim, norm); } }
namespace fft { inline Tensor& rfft2_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, IntArrayRef dim = {-2,-1}, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfft2_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& rfft2_outf(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_rfft2_outf(self, s, dim, norm, out); } }
namespace fft { inline Tensor rfftfreq(int64_t n, double d = 1.0, const TensorOptions& options = {}) { return tealight::fft_rfftfreq(n, d, options); } }
namespace fft { inline Tensor rfftfreq(int64_t n, double d, std::optional<ScalarType> dtype, std::optional<Layout> layout, std::optional<Device> device, std::optional<bool> pin_memory) { return tealight::fft_rfftfreq(n, d, dtype, layout, device, pin_memory); } }
namespace fft { inline Tensor& rfftfreq_out(Tensor& out, int64_t n, double d = 1.0) { return tealight::fft_rfftfreq_out(out, n, d); } }
namespace fft { inline Tensor& rfftfreq_outf(int64_t n, double d, Tensor& out) { return tealight::fft_rfftfreq_outf(n, d, out); } }
namespace fft { inline Tensor rfftn(const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfftn(self, s, dim, norm); } }
namespace fft { inline Tensor& rfftn_out(Tensor& out, const Tensor& self, OptionalIntArrayRef s = std::nullopt, OptionalIntArrayRef dim = std::nullopt, std::optional<std::string_view> norm = std::nullopt) { return tealight::fft_rfftn_out(out, self, s, dim, norm); } }
namespace fft { inline Tensor& rfftn_outf(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, std::optional<std::string_view> norm, Tensor& out) { return tealight::fft_rfftn_outf(self, s, dim, norm, out); } }
namespace linalg { inline Tensor cholesky(const Tensor& self, bool upper = false) { return tealight::linalg_cholesky(self, upper); } }
namespace linalg { inline Tensor& cholesky_out(Tensor& out, const Tensor& self, bool upper = false) { return tealight::linalg_cholesky_out(out, self, upper); } }
namespace linalg { inline Tensor& cholesky_outf(const Tensor& self, bool upper, Tensor& out) { return tealight::linalg_cholesky_outf(self, upper, out); } }
namespace linalg { inline std::tuple<Tensor, Tensor> cholesky_ex(const Tensor& self, bool upper = false, bool check_errors = false) { return tealight::linalg_cholesky_ex(self, upper, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> cholesky_ex_out(Tensor& L, Tensor& info, const Tensor& self, bool upper = false, bool check_errors = false) { return tealight::linalg_cholesky_ex_out(L, info, self, upper, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> cholesky_ex_outf(const Tensor& self, bool upper, bool check_errors, Tensor& L, Tensor& info) { return tealight::linalg_cholesky_ex_outf(self, upper, check_errors, L, info); } }
namespace linalg { inline Tensor cond(const Tensor& self, const std::optional<Scalar>& p = std::nullopt) { return tealight::linalg_cond(self, p); } }
namespace linalg { inline Tensor& cond_out(Tensor& out, const Tensor& self, const std::optional<Scalar>& p = std::nullopt) { return tealight::linalg_cond_out(out, self, p); } }
namespace linalg { inline Tensor& cond_outf(const Tensor& self, const std::optional<Scalar>& p, Tensor& out) { return tealight::linalg_cond_outf(self, p, out); } }
namespace linalg { inline Tensor cond(const Tensor& self, std::string_view p) { return tealight::linalg_cond(self, p); } }
namespace linalg { inline Tensor& cond_out(Tensor& out, const Tensor& self, std::string_view p) { return tealight::linalg_cond_out(out, self, p); } }
namespace linalg { inline Tensor& cond_outf(const Tensor& self, std::string_view p, Tensor& out) { return tealight::linalg_cond_outf(self, p, out); } }
namespace linalg { inline Tensor cross(const Tensor& self, const Tensor& other, int64_t dim = -1) { return tealight::linalg_cross(self, other, dim); } }
namespace linalg { inline Tensor& cross_out(Tensor& out, const Tensor& self, const Tensor& other, int64_t dim = -1) { return tealight::linalg_cross_out(out, self, other, dim); } }
namespace linalg { inline Tensor& cross_outf(const Tensor& self, const Tensor& other, int64_t dim, Tensor& out) { return tealight::linalg_cross_outf(self, other, dim, out); } }
namespace linalg { inline Tensor det(const Tensor& A) { return tealight::linalg_det(A); } }
namespace linalg { inline Tensor& det_out(Tensor& out, const Tensor& A) { return tealight::linalg_det_out(out, A); } }
namespace linalg { inline Tensor& det_outf(const Tensor& A, Tensor& out) { return tealight::linalg_det_outf(A, out); } }
namespace linalg { inline Tensor diagonal(const Tensor& A, int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1) { return tealight::linalg_diagonal(A, offset, dim1, dim2); } }
namespace linalg { inline std::tuple<Tensor, Tensor> eig(const Tensor& self) { return tealight::linalg_eig(self); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> eig_out(Tensor& eigenvalues, Tensor& eigenvectors, const Tensor& self) { return tealight::linalg_eig_out(eigenvalues, eigenvectors, self); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> eig_outf(const Tensor& self, Tensor& eigenvalues, Tensor& eigenvectors) { return tealight::linalg_eig_outf(self, eigenvalues, eigenvectors); } }
namespace linalg { inline std::tuple<Tensor, Tensor> eigh(const Tensor& self, std::string_view UPLO = "L") { return tealight::linalg_eigh(self, UPLO); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> eigh_out(Tensor& eigvals, Tensor& eigvecs, const Tensor& self, std::string_view UPLO = "L") { return tealight::linalg_eigh_out(eigvals, eigvecs, self, UPLO); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> eigh_outf(const Tensor& self, std::string_view UPLO, Tensor& eigvals, Tensor& eigvecs) { return tealight::linalg_eigh_outf(self, UPLO, eigvals, eigvecs); } }
namespace linalg { inline Tensor eigvals(const Tensor& self) { return tealight::linalg_eigvals(self); } }
namespace linalg { inline Tensor& eigvals_out(Tensor& out, const Tensor& self) { return tealight::linalg_eigvals_out(out, self); } }
namespace linalg { inline Tensor& eigvals_outf(const Tensor& self, Tensor& out) { return tealight::linalg_eigvals_outf(self, out); } }
namespace linalg { inline Tensor eigvalsh(const Tensor& self, std::string_view UPLO = "L") { return tealight::linalg_eigvalsh(self, UPLO); } }
namespace linalg { inline Tensor& eigvalsh_out(Tensor& out, const Tensor& self, std::string_view UPLO = "L") { return tealight::linalg_eigvalsh_out(out, self, UPLO); } }
namespace linalg { inline Tensor& eigvalsh_outf(const Tensor& self, std::string_view UPLO, Tensor& out) { return tealight::linalg_eigvalsh_outf(self, UPLO, out); } }
namespace linalg { inline Tensor householder_product(const Tensor& input, const Tensor& tau) { return tealight::linalg_householder_product(input, tau); } }
namespace linalg { inline Tensor& householder_product_out(Tensor& out, const Tensor& input, const Tensor& tau) { return tealight::linalg_householder_product_out(out, input, tau); } }
namespace linalg { inline Tensor& householder_product_outf(const Tensor& input, const Tensor& tau, Tensor& out) { return tealight::linalg_householder_product_outf(input, tau, out); } }
namespace linalg { inline Tensor inv(const Tensor& A) { return tealight::linalg_inv(A); } }
namespace linalg { inline Tensor& inv_out(Tensor& out, const Tensor& A) { return tealight::linalg_inv_out(out, A); } }
namespace linalg { inline Tensor& inv_outf(const Tensor& A, Tensor& out) { return tealight::linalg_inv_outf(A, out); } }
namespace linalg { inline std::tuple<Tensor, Tensor> inv_ex(const Tensor& A, bool check_errors = false) { return tealight::linalg_inv_ex(A, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> inv_ex_out(Tensor& inverse, Tensor& info, const Tensor& A, bool check_errors = false) { return tealight::linalg_inv_ex_out(inverse, info, A, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> inv_ex_outf(const Tensor& A, bool check_errors, Tensor& inverse, Tensor& info) { return tealight::linalg_inv_ex_outf(A, check_errors, inverse, info); } }
namespace linalg { inline std::tuple<Tensor, Tensor, Tensor, Tensor> lstsq(const Tensor& self, const Tensor& b, std::optional<double> rcond = std::nullopt, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_lstsq(self, b, rcond, driver); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&, Tensor&> lstsq_out(Tensor& solution, Tensor& residuals, Tensor& rank, Tensor& singular_values, const Tensor& self, const Tensor& b, std::optional<double> rcond = std::nullopt, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_lstsq_out(solution, residuals, rank, singular_values, self, b, rcond, driver); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&, Tensor&> lstsq_outf(const Tensor& self, const Tensor& b, std::optional<double> rcond, std::optional<std::string_view> driver, Tensor& solution, Tensor& residuals, Tensor& rank, Tensor& singular_values) { return tealight::linalg_lstsq_outf(self, b, rcond, driver, solution, residuals, rank, singular_values); } }
namespace linalg { inline std::tuple<Tensor, Tensor, Tensor> lu(const Tensor& A, bool pivot = true) { return tealight::linalg_lu(A, pivot); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> lu_out(Tensor& P, Tensor& L, Tensor& U, const Tensor& A, bool pivot = true) { return tealight::linalg_lu_out(P, L, U, A, pivot); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> lu_outf(const Tensor& A, bool pivot, Tensor& P, Tensor& L, Tensor& U) { return tealight::linalg_lu_outf(A, pivot, P, L, U); } }
namespace linalg { inline std::tuple<Tensor, Tensor> lu_factor(const Tensor& A, bool pivot = true) { return tealight::linalg_lu_factor(A, pivot); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> lu_factor_out(Tensor& LU, Tensor& pivots, const Tensor& A, bool pivot = true) { return tealight::linalg_lu_factor_out(LU, pivots, A, pivot); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> lu_factor_outf(const Tensor& A, bool pivot, Tensor& LU, Tensor& pivots) { return tealight::linalg_lu_factor_outf(A, pivot, LU, pivots); } }
namespace linalg { inline std::tuple<Tensor, Tensor, Tensor> lu_factor_ex(const Tensor& A, bool pivot = true, bool check_errors = false) { return tealight::linalg_lu_factor_ex(A, pivot, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> lu_factor_ex_out(Tensor& LU, Tensor& pivots, Tensor& info, const Tensor& A, bool pivot = true, bool check_errors = false) { return tealight::linalg_lu_factor_ex_out(LU, pivots, info, A, pivot, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> lu_factor_ex_outf(const Tensor& A, bool pivot, bool check_errors, Tensor& LU, Tensor& pivots, Tensor& info) { return tealight::linalg_lu_factor_ex_outf(A, pivot, check_errors, LU, pivots, info); } }
namespace linalg { inline Tensor lu_solve(const Tensor& LU, const Tensor& pivots, const Tensor& B, bool left = true, bool adjoint = false) { return tealight::linalg_lu_solve(LU, pivots, B, left, adjoint); } }
namespace linalg { inline Tensor& lu_solve_out(Tensor& out, const Tensor& LU, const Tensor& pivots, const Tensor& B, bool left = true, bool adjoint = false) { return tealight::linalg_lu_solve_out(out, LU, pivots, B, left, adjoint); } }
namespace linalg { inline Tensor& lu_solve_outf(const Tensor& LU, const Tensor& pivots, const Tensor& B, bool left, bool adjoint, Tensor& out) { return tealight::linalg_lu_solve_outf(LU, pivots, B, left, adjoint, out); } }
namespace linalg { inline Tensor matmul(const Tensor& self, const Tensor& other) { return tealight::linalg_matmul(self, other); } }
namespace linalg { inline Tensor& matmul_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::linalg_matmul_out(out, self, other); } }
namespace linalg { inline Tensor& matmul_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::linalg_matmul_outf(self, other, out); } }
namespace linalg { inline Tensor matrix_exp(const Tensor& self) { return tealight::linalg_matrix_exp(self); } }
namespace linalg { inline Tensor matrix_norm(const Tensor& self, const Scalar& ord, IntArrayRef dim = {-2,-1}, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_matrix_norm(self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& matrix_norm_out(Tensor& out, const Tensor& self, const Scalar& ord, IntArrayRef dim = {-2,-1}, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_matrix_norm_out(out, self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& matrix_norm_outf(const Tensor& self, const Scalar& ord, IntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype, Tensor& out) { return tealight::linalg_matrix_norm_outf(self, ord, dim, keepdim, dtype, out); } }
namespace linalg { inline Tensor matrix_norm(const Tensor& self, std::string_view ord = "fro", IntArrayRef dim = {-2,-1}, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_matrix_norm(self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& matrix_norm_out(Tensor& out, const Tensor& self, std::string_view ord = "fro", IntArrayRef dim = {-2,-1}, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_matrix_norm_out(out, self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& matrix_norm_outf(const Tensor& self, std::string_view ord, IntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype, Tensor& out) { return tealight::linalg_matrix_norm_outf(self, ord, dim, keepdim, dtype, out); } }
namespace linalg { inline Tensor matrix_power(const Tensor& self, int64_t n) { return tealight::linalg_matrix_power(self, n); } }
namespace linalg { inline Tensor& matrix_power_out(Tensor& out, const Tensor& self, int64_t n) { return tealight::linalg_matrix_power_out(out, self, n); } }
namespace linalg { inline Tensor& matrix_power_outf(const Tensor& self, int64_t n, Tensor& out) { return tealight::linalg_matrix_power_outf(self, n, out); } }
namespace linalg { inline Tensor matrix_rank(const Tensor& self, double tol, bool hermitian = false) { return tealight::linalg_matrix_rank(self, tol, hermitian); } }
namespace linalg { inline Tensor matrix_rank(const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian = false) { return tealight::linalg_matrix_rank(self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_out(Tensor& out, const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian = false) { return tealight::linalg_matrix_rank_out(out, self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_outf(const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian, Tensor& out) { return tealight::linalg_matrix_rank_outf(self, atol, rtol, hermitian, out); } }
namespace linalg { inline Tensor matrix_rank(const Tensor& input, const std::optional<Tensor>& atol = std::nullopt, const std::optional<Tensor>& rtol = std::nullopt, bool hermitian = false) { return tealight::linalg_matrix_rank(input, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_out(Tensor& out, const Tensor& input, const std::optional<Tensor>& atol = std::nullopt, const std::optional<Tensor>& rtol = std::nullopt, bool hermitian = false) { return tealight::linalg_matrix_rank_out(out, input, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_outf(const Tensor& input, const std::optional<Tensor>& atol, const std::optional<Tensor>& rtol, bool hermitian, Tensor& out) { return tealight::linalg_matrix_rank_outf(input, atol, rtol, hermitian, out); } }
namespace linalg { inline Tensor& matrix_rank_out(Tensor& out, const Tensor& self, double tol, bool hermitian = false) { return tealight::linalg_matrix_rank_out(out, self, tol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_outf(const Tensor& self, double tol, bool hermitian, Tensor& out) { return tealight::linalg_matrix_rank_outf(self, tol, hermitian, out); } }
namespace linalg { inline Tensor& matrix_rank_out(Tensor& out, const Tensor& input, const Tensor& tol, bool hermitian = false) { return tealight::linalg_matrix_rank_out(out, input, tol, hermitian); } }
namespace linalg { inline Tensor& matrix_rank_outf(const Tensor& input, const Tensor& tol, bool hermitian, Tensor& out) { return tealight::linalg_matrix_rank_outf(input, tol, hermitian, out); } }
namespace linalg { inline Tensor matrix_rank(const Tensor& input, const Tensor& tol, bool hermitian = false) { return tealight::linalg_matrix_rank(input, tol, hermitian); } }
namespace linalg { inline Tensor multi_dot(TensorList tensors) { return tealight::linalg_multi_dot(tensors); } }
namespace linalg { inline Tensor& multi_dot_out(Tensor& out, TensorList tensors) { return tealight::linalg_multi_dot_out(out, tensors); } }
namespace linalg { inline Tensor& multi_dot_outf(TensorList tensors, Tensor& out) { return tealight::linalg_multi_dot_outf(tensors, out); } }
namespace linalg { inline Tensor norm(const Tensor& self, const std::optional<Scalar>& ord = std::nullopt, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_norm(self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor norm(const Tensor& self, std::string_view ord, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_norm(self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& norm_out(Tensor& out, const Tensor& self, std::string_view ord, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_norm_out(out, self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& norm_outf(const Tensor& self, std::string_view ord, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype, Tensor& out) { return tealight::linalg_norm_outf(self, ord, dim, keepdim, dtype, out); } }
namespace linalg { inline Tensor& norm_out(Tensor& out, const Tensor& self, const std::optional<Scalar>& ord = std::nullopt, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_norm_out(out, self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& norm_outf(const Tensor& self, const std::optional<Scalar>& ord, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype, Tensor& out) { return tealight::linalg_norm_outf(self, ord, dim, keepdim, dtype, out); } }
namespace linalg { inline Tensor pinv(const Tensor& self, double rcond, bool hermitian = false) { return tealight::linalg_pinv(self, rcond, hermitian); } }
namespace linalg { inline Tensor pinv(const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian = false) { return tealight::linalg_pinv(self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& pinv_out(Tensor& out, const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian = false) { return tealight::linalg_pinv_out(out, self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& pinv_outf(const Tensor& self, std::optional<double> atol, std::optional<double> rtol, bool hermitian, Tensor& out) { return tealight::linalg_pinv_outf(self, atol, rtol, hermitian, out); } }
namespace linalg { inline Tensor pinv(const Tensor& self, const std::optional<Tensor>& atol = std::nullopt, const std::optional<Tensor>& rtol = std::nullopt, bool hermitian = false) { return tealight::linalg_pinv(self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& pinv_out(Tensor& out, const Tensor& self, const std::optional<Tensor>& atol = std::nullopt, const std::optional<Tensor>& rtol = std::nullopt, bool hermitian = false) { return tealight::linalg_pinv_out(out, self, atol, rtol, hermitian); } }
namespace linalg { inline Tensor& pinv_outf(const Tensor& self, const std::optional<Tensor>& atol, const std::optional<Tensor>& rtol, bool hermitian, Tensor& out) { return tealight::linalg_pinv_outf(self, atol, rtol, hermitian, out); } }
namespace linalg { inline Tensor& pinv_out(Tensor& out, const Tensor& self, double rcond, bool hermitian = false) { return tealight::linalg_pinv_out(out, self, rcond, hermitian); } }
namespace linalg { inline Tensor& pinv_outf(const Tensor& self, double rcond, bool hermitian, Tensor& out) { return tealight::linalg_pinv_outf(self, rcond, hermitian, out); } }
namespace linalg { inline Tensor& pinv_out(Tensor& out, const Tensor& self, const Tensor& rcond, bool hermitian = false) { return tealight::linalg_pinv_out(out, self, rcond, hermitian); } }
namespace linalg { inline Tensor& pinv_outf(const Tensor& self, const Tensor& rcond, bool hermitian, Tensor& out) { return tealight::linalg_pinv_outf(self, rcond, hermitian, out); } }
namespace linalg { inline Tensor pinv(const Tensor& self, const Tensor& rcond, bool hermitian = false) { return tealight::linalg_pinv(self, rcond, hermitian); } }
namespace linalg { inline std::tuple<Tensor, Tensor> qr(const Tensor& A, std::string_view mode = "reduced") { return tealight::linalg_qr(A, mode); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> qr_out(Tensor& Q, Tensor& R, const Tensor& A, std::string_view mode = "reduced") { return tealight::linalg_qr_out(Q, R, A, mode); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> qr_outf(const Tensor& A, std::string_view mode, Tensor& Q, Tensor& R) { return tealight::linalg_qr_outf(A, mode, Q, R); } }
namespace linalg { inline std::tuple<Tensor, Tensor> slogdet(const Tensor& A) { return tealight::linalg_slogdet(A); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> slogdet_out(Tensor& sign, Tensor& logabsdet, const Tensor& A) { return tealight::linalg_slogdet_out(sign, logabsdet, A); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> slogdet_outf(const Tensor& A, Tensor& sign, Tensor& logabsdet) { return tealight::linalg_slogdet_outf(A, sign, logabsdet); } }
namespace linalg { inline Tensor solve(const Tensor& A, const Tensor& B, bool left = true) { return tealight::linalg_solve(A, B, left); } }
namespace linalg { inline Tensor& solve_out(Tensor& out, const Tensor& A, const Tensor& B, bool left = true) { return tealight::linalg_solve_out(out, A, B, left); } }
namespace linalg { inline Tensor& solve_outf(const Tensor& A, const Tensor& B, bool left, Tensor& out) { return tealight::linalg_solve_outf(A, B, left, out); } }
namespace linalg { inline std::tuple<Tensor, Tensor> solve_ex(const Tensor& A, const Tensor& B, bool left = true, bool check_errors = false) { return tealight::linalg_solve_ex(A, B, left, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> solve_ex_out(Tensor& result, Tensor& info, const Tensor& A, const Tensor& B, bool left = true, bool check_errors = false) { return tealight::linalg_solve_ex_out(result, info, A, B, left, check_errors); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&> solve_ex_outf(const Tensor& A, const Tensor& B, bool left, bool check_errors, Tensor& result, Tensor& info) { return tealight::linalg_solve_ex_outf(A, B, left, check_errors, result, info); } }
namespace linalg { inline Tensor solve_triangular(const Tensor& self, const Tensor& B, bool upper, bool left = true, bool unitriangular = false) { return tealight::linalg_solve_triangular(self, B, upper, left, unitriangular); } }
namespace linalg { inline Tensor& solve_triangular_out(Tensor& out, const Tensor& self, const Tensor& B, bool upper, bool left = true, bool unitriangular = false) { return tealight::linalg_solve_triangular_out(out, self, B, upper, left, unitriangular); } }
namespace linalg { inline Tensor& solve_triangular_outf(const Tensor& self, const Tensor& B, bool upper, bool left, bool unitriangular, Tensor& out) { return tealight::linalg_solve_triangular_outf(self, B, upper, left, unitriangular, out); } }
namespace linalg { inline std::tuple<Tensor, Tensor, Tensor> svd(const Tensor& A, bool full_matrices = true, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_svd(A, full_matrices, driver); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> svd_out(Tensor& U, Tensor& S, Tensor& Vh, const Tensor& A, bool full_matrices = true, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_svd_out(U, S, Vh, A, full_matrices, driver); } }
namespace linalg { inline std::tuple<Tensor&, Tensor&, Tensor&> svd_outf(const Tensor& A, bool full_matrices, std::optional<std::string_view> driver, Tensor& U, Tensor& S, Tensor& Vh) { return tealight::linalg_svd_outf(A, full_matrices, driver, U, S, Vh); } }
namespace linalg { inline Tensor svdvals(const Tensor& A, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_svdvals(A, driver); } }
namespace linalg { inline Tensor& svdvals_out(Tensor& out, const Tensor& A, std::optional<std::string_view> driver = std::nullopt) { return tealight::linalg_svdvals_out(out, A, driver); } }
namespace linalg { inline Tensor& svdvals_outf(const Tensor& A, std::optional<std::string_view> driver, Tensor& out) { return tealight::linalg_svdvals_outf(A, driver, out); } }
namespace linalg { inline Tensor tensorinv(const Tensor& self, int64_t ind = 2) { return tealight::linalg_tensorinv(self, ind); } }
namespace linalg { inline Tensor& tensorinv_out(Tensor& out, const Tensor& self, int64_t ind = 2) { return tealight::linalg_tensorinv_out(out, self, ind); } }
namespace linalg { inline Tensor& tensorinv_outf(const Tensor& self, int64_t ind, Tensor& out) { return tealight::linalg_tensorinv_outf(self, ind, out); } }
namespace linalg { inline Tensor tensorsolve(const Tensor& self, const Tensor& other, OptionalIntArrayRef dims = std::nullopt) { return tealight::linalg_tensorsolve(self, other, dims); } }
namespace linalg { inline Tensor& tensorsolve_out(Tensor& out, const Tensor& self, const Tensor& other, OptionalIntArrayRef dims = std::nullopt) { return tealight::linalg_tensorsolve_out(out, self, other, dims); } }
namespace linalg { inline Tensor& tensorsolve_outf(const Tensor& self, const Tensor& other, OptionalIntArrayRef dims, Tensor& out) { return tealight::linalg_tensorsolve_outf(self, other, dims, out); } }
namespace linalg { inline Tensor vander(const Tensor& x, std::optional<int64_t> N = std::nullopt) { return tealight::linalg_vander(x, N); } }
namespace linalg { inline Tensor vecdot(const Tensor& x, const Tensor& y, int64_t dim = -1) { return tealight::linalg_vecdot(x, y, dim); } }
namespace linalg { inline Tensor& vecdot_out(Tensor& out, const Tensor& x, const Tensor& y, int64_t dim = -1) { return tealight::linalg_vecdot_out(out, x, y, dim); } }
namespace linalg { inline Tensor& vecdot_outf(const Tensor& x, const Tensor& y, int64_t dim, Tensor& out) { return tealight::linalg_vecdot_outf(x, y, dim, out); } }
namespace linalg { inline Tensor vector_norm(const Tensor& self, const Scalar& ord = 2, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_vector_norm(self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& vector_norm_out(Tensor& out, const Tensor& self, const Scalar& ord = 2, OptionalIntArrayRef dim = std::nullopt, bool keepdim = false, std::optional<ScalarType> dtype = std::nullopt) { return tealight::linalg_vector_norm_out(out, self, ord, dim, keepdim, dtype); } }
namespace linalg { inline Tensor& vector_norm_outf(const Tensor& self, const Scalar& ord, OptionalIntArrayRef dim, bool keepdim, std::optional<ScalarType> dtype, Tensor& out) { return tealight::linalg_vector_norm_outf(self, ord, dim, keepdim, dtype, out); } }
namespace special { inline Tensor digamma(const Tensor& self) { return tealight::special_digamma(self); } }
namespace special { inline Tensor& digamma_out(Tensor& out, const Tensor& self) { return tealight::special_digamma_out(out, self); } }
namespace special { inline Tensor& digamma_outf(const Tensor& self, Tensor& out) { return tealight::special_digamma_outf(self, out); } }
namespace special { inline Tensor entr(const Tensor& self) { return tealight::special_entr(self); } }
namespace special { inline Tensor& entr_out(Tensor& out, const Tensor& self) { return tealight::special_entr_out(out, self); } }
namespace special { inline Tensor& entr_outf(const Tensor& self, Tensor& out) { return tealight::special_entr_outf(self, out); } }
namespace special { inline Tensor erf(const Tensor& self) { return tealight::special_erf(self); } }
namespace special { inline Tensor& erf_out(Tensor& out, const Tensor& self) { return tealight::special_erf_out(out, self); } }
namespace special { inline Tensor& erf_outf(const Tensor& self, Tensor& out) { return tealight::special_erf_outf(self, out); } }
namespace special { inline Tensor erfc(const Tensor& self) { return tealight::special_erfc(self); } }
namespace special { inline Tensor& erfc_out(Tensor& out, const Tensor& self) { return tealight::special_erfc_out(out, self); } }
namespace special { inline Tensor& erfc_outf(const Tensor& self, Tensor& out) { return tealight::special_erfc_outf(self, out); } }
namespace special { inline Tensor erfcx(const Tensor& self) { return tealight::special_erfcx(self); } }
namespace special { inline Tensor& erfcx_out(Tensor& out, const Tensor& self) { return tealight::special_erfcx_out(out, self); } }
namespace special { inline Tensor& erfcx_outf(const Tensor& self, Tensor& out) { return tealight::special_erfcx_outf(self, out); } }
namespace special { inline Tensor erfinv(const Tensor& self) { return tealight::special_erfinv(self); } }
namespace special { inline Tensor& erfinv_out(Tensor& out, const Tensor& self) { return tealight::special_erfinv_out(out, self); } }
namespace special { inline Tensor& erfinv_outf(const Tensor& self, Tensor& out) { return tealight::special_erfinv_outf(self, out); } }
namespace special { inline Tensor exp2(const Tensor& self) { return tealight::special_exp2(self); } }
namespace special { inline Tensor& exp2_out(Tensor& out, const Tensor& self) { return tealight::special_exp2_out(out, self); } }
namespace special { inline Tensor& exp2_outf(const Tensor& self, Tensor& out) { return tealight::special_exp2_outf(self, out); } }
namespace special { inline Tensor expit(const Tensor& self) { return tealight::special_expit(self); } }
namespace special { inline Tensor& expit_out(Tensor& out, const Tensor& self) { return tealight::special_expit_out(out, self); } }
namespace special { inline Tensor& expit_outf(const Tensor& self, Tensor& out) { return tealight::special_expit_outf(self, out); } }
namespace special { inline Tensor expm1(const Tensor& self) { return tealight::special_expm1(self); } }
namespace special { inline Tensor& expm1_out(Tensor& out, const Tensor& self) { return tealight::special_expm1_out(out, self); } }
namespace special { inline Tensor& expm1_outf(const Tensor& self, Tensor& out) { return tealight::special_expm1_outf(self, out); } }
namespace special { inline Tensor gammainc(const Tensor& self, const Tensor& other) { return tealight::special_gammainc(self, other); } }
namespace special { inline Tensor& gammainc_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::special_gammainc_out(out, self, other); } }
namespace special { inline Tensor& gammainc_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::special_gammainc_outf(self, other, out); } }
namespace special { inline Tensor gammaincc(const Tensor& self, const Tensor& other) { return tealight::special_gammaincc(self, other); } }
namespace special { inline Tensor& gammaincc_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::special_gammaincc_out(out, self, other); } }
namespace special { inline Tensor& gammaincc_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::special_gammaincc_outf(self, other, out); } }
namespace special { inline Tensor gammaln(const Tensor& self) { return tealight::special_gammaln(self); } }
namespace special { inline Tensor& gammaln_out(Tensor& out, const Tensor& self) { return tealight::special_gammaln_out(out, self); } }
namespace special { inline Tensor& gammaln_outf(const Tensor& self, Tensor& out) { return tealight::special_gammaln_outf(self, out); } }
namespace special { inline Tensor i0(const Tensor& self) { return tealight::special_i0(self); } }
namespace special { inline Tensor& i0_out(Tensor& out, const Tensor& self) { return tealight::special_i0_out(out, self); } }
namespace special { inline Tensor& i0_outf(const Tensor& self, Tensor& out) { return tealight::special_i0_outf(self, out); } }
namespace special { inline Tensor i0e(const Tensor& self) { return tealight::special_i0e(self); } }
namespace special { inline Tensor& i0e_out(Tensor& out, const Tensor& self) { return tealight::special_i0e_out(out, self); } }
namespace special { inline Tensor& i0e_outf(const Tensor& self, Tensor& out) { return tealight::special_i0e_outf(self, out); } }
namespace special { inline Tensor i1(const Tensor& self) { return tealight::special_i1(self); } }
namespace special { inline Tensor& i1_out(Tensor& out, const Tensor& self) { return tealight::special_i1_out(out, self); } }
namespace special { inline Tensor& i1_outf(const Tensor& self, Tensor& out) { return tealight::special_i1_outf(self, out); } }
namespace special { inline Tensor i1e(const Tensor& self) { return tealight::special_i1e(self); } }
namespace special { inline Tensor& i1e_out(Tensor& out, const Tensor& self) { return tealight::special_i1e_out(out, self); } }
namespace special { inline Tensor& i1e_outf(const Tensor& self, Tensor& out) { return tealight::special_i1e_outf(self, out); } }
namespace special { inline Tensor log1p(const Tensor& self) { return tealight::special_log1p(self); } }
namespace special { inline Tensor& log1p_out(Tensor& out, const Tensor& self) { return tealight::special_log1p_out(out, self); } }
namespace special { inline Tensor& log1p_outf(const Tensor& self, Tensor& out) { return tealight::special_log1p_outf(self, out); } }
namespace special { inline Tensor log_ndtr(const Tensor& self) { return tealight::special_log_ndtr(self); } }
namespace special { inline Tensor& log_ndtr_out(Tensor& out, const Tensor& self) { return tealight::special_log_ndtr_out(out, self); } }
namespace special { inline Tensor& log_ndtr_outf(const Tensor& self, Tensor& out) { return tealight::special_log_ndtr_outf(self, out); } }
namespace special { inline Tensor log_softmax(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype = std::nullopt) { return tealight::special_log_softmax(self, dim, dtype); } }
namespace special { inline Tensor logit(const Tensor& self, std::optional<double> eps = std::nullopt) { return tealight::special_logit(self, eps); } }
namespace special { inline Tensor& logit_out(Tensor& out, const Tensor& self, std::optional<double> eps = std::nullopt) { return tealight::special_logit_out(out, self, eps); } }
namespace special { inline Tensor& logit_outf(const Tensor& self, std::optional<double> eps, Tensor& out) { return tealight::special_logit_outf(self, eps, out); } }
namespace special { inline Tensor logsumexp(const Tensor& self, IntArrayRef dim, bool keepdim = false) { return tealight::special_logsumexp(self, dim, keepdim); } }
namespace special { inline Tensor& logsumexp_out(Tensor& out, const Tensor& self, IntArrayRef dim, bool keepdim = false) { return tealight::special_logsumexp_out(out, self, dim, keepdim); } }
namespace special { inline Tensor& logsumexp_outf(const Tensor& self, IntArrayRef dim, bool keepdim, Tensor& out) { return tealight::special_logsumexp_outf(self, dim, keepdim, out); } }
namespace special { inline Tensor multigammaln(const Tensor& self, int64_t p) { return tealight::special_multigammaln(self, p); } }
namespace special { inline Tensor& multigammaln_out(Tensor& out, const Tensor& self, int64_t p) { return tealight::special_multigammaln_out(out, self, p); } }
namespace special { inline Tensor& multigammaln_outf(const Tensor& self, int64_t p, Tensor& out) { return tealight::special_multigammaln_outf(self, p, out); } }
namespace special { inline Tensor ndtr(const Tensor& self) { return tealight::special_ndtr(self); } }
namespace special { inline Tensor& ndtr_out(Tensor& out, const Tensor& self) { return tealight::special_ndtr_out(out, self); } }
namespace special { inline Tensor& ndtr_outf(const Tensor& self, Tensor& out) { return tealight::special_ndtr_outf(self, out); } }
namespace special { inline Tensor ndtri(const Tensor& self) { return tealight::special_ndtri(self); } }
namespace special { inline Tensor& ndtri_out(Tensor& out, const Tensor& self) { return tealight::special_ndtri_out(out, self); } }
namespace special { inline Tensor& ndtri_outf(const Tensor& self, Tensor& out) { return tealight::special_ndtri_outf(self, out); } }
namespace special { inline Tensor polygamma(int64_t n, const Tensor& self) { return tealight::special_polygamma(n, self); } }
namespace special { inline Tensor& polygamma_out(Tensor& out, int64_t n, const Tensor& self) { return tealight::special_polygamma_out(out, n, self); } }
namespace special { inline Tensor& polygamma_outf(int64_t n, const Tensor& self, Tensor& out) { return tealight::special_polygamma_outf(n, self, out); } }
namespace special { inline Tensor psi(const Tensor& self) { return tealight::special_psi(self); } }
namespace special { inline Tensor& psi_out(Tensor& out, const Tensor& self) { return tealight::special_psi_out(out, self); } }
namespace special { inline Tensor& psi_outf(const Tensor& self, Tensor& out) { return tealight::special_psi_outf(self, out); } }
namespace special { inline Tensor round(const Tensor& self, int64_t decimals = 0) { return tealight::special_round(self, decimals); } }
namespace special { inline Tensor& round_out(Tensor& out, const Tensor& self, int64_t decimals = 0) { return tealight::special_round_out(out, self, decimals); } }
namespace special { inline Tensor& round_outf(const Tensor& self, int64_t decimals, Tensor& out) { return tealight::special_round_outf(self, decimals, out); } }
namespace special { inline Tensor sinc(const Tensor& self) { return tealight::special_sinc(self); } }
namespace special { inline Tensor& sinc_out(Tensor& out, const Tensor& self) { return tealight::special_sinc_out(out, self); } }
namespace special { inline Tensor& sinc_outf(const Tensor& self, Tensor& out) { return tealight::special_sinc_outf(self, out); } }
namespace special { inline Tensor softmax(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype = std::nullopt) { return tealight::special_softmax(self, dim, dtype); } }
namespace special { inline Tensor xlog1py(const Tensor& self, const Tensor& other) { return tealight::special_xlog1py(self, other); } }
namespace special { inline Tensor xlog1py(const Tensor& self, const Scalar& other) { return tealight::special_xlog1py(self, other); } }
namespace special { inline Tensor& xlog1py_out(Tensor& out, const Tensor& self, const Scalar& other) { return tealight::special_xlog1py_out(out, self, other); } }
namespace special { inline Tensor& xlog1py_outf(const Tensor& self, const Scalar& other, Tensor& out) { return tealight::special_xlog1py_outf(self, other, out); } }
namespace special { inline Tensor& xlog1py_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::special_xlog1py_out(out, self, other); } }
namespace special { inline Tensor& xlog1py_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::special_xlog1py_outf(self, other, out); } }
namespace special { inline Tensor xlog1py(const Scalar& self, const Tensor& other) { return tealight::special_xlog1py(self, other); } }
namespace special { inline Tensor& xlog1py_out(Tensor& out, const Scalar& self, const Tensor& other) { return tealight::special_xlog1py_out(out, self, other); } }
namespace special { inline Tensor& xlog1py_outf(const Scalar& self, const Tensor& other, Tensor& out) { return tealight::special_xlog1py_outf(self, other, out); } }
namespace special { inline Tensor xlogy(const Tensor& self, const Tensor& other) { return tealight::special_xlogy(self, other); } }
namespace special { inline Tensor xlogy(const Tensor& self, const Scalar& other) { return tealight::special_xlogy(self, other); } }
namespace special { inline Tensor& xlogy_out(Tensor& out, const Tensor& self, const Scalar& other) { return tealight::special_xlogy_out(out, self, other); } }
namespace special { inline Tensor& xlogy_outf(const Tensor& self, const Scalar& other, Tensor& out) { return tealight::special_xlogy_outf(self, other, out); } }
namespace special { inline Tensor& xlogy_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::special_xlogy_out(out, self, other); } }
namespace special { inline Tensor& xlogy_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::special_xlogy_outf(self, other, out); } }
namespace special { inline Tensor xlogy(const Scalar& self, const Tensor& other) { return tealight::special_xlogy(self, other); } }
namespace special { inline Tensor& xlogy_out(Tensor& out, const Scalar& self, const Tensor& other) { return tealight::special_xlogy_out(out, self, other); } }
namespace special { inline Tensor& xlogy_outf(const Scalar& self, const Tensor& other, Tensor& out) { return tealight::special_xlogy_outf(self, other, out); } }
namespace special { inline Tensor zeta(const Tensor& self, const Tensor& other) { return tealight::special_zeta(self, other); } }
namespace special { inline Tensor zeta(const Tensor& self, const Scalar& other) { return tealight::special_zeta(self, other); } }
namespace special { inline Tensor& zeta_out(Tensor& out, const Tensor& self, const Scalar& other) { return tealight::special_zeta_out(out, self, other); } }
namespace special { inline Tensor& zeta_outf(const Tensor& self, const Scalar& other, Tensor& out) { return tealight::special_zeta_outf(self, other, out); } }
namespace special { inline Tensor& zeta_out(Tensor& out, const Tensor& self, const Tensor& other) { return tealight::special_zeta_out(out, self, other); } }
namespace special { inline Tensor& zeta_outf(const Tensor& self, const Tensor& other, Tensor& out) { return tealight::special_zeta_outf(self, other, out); } }
namespace special { inline Tensor zeta(const Scalar& self, const Tensor& other) { return tealight::special_zeta(self, other); } }
namespace special { inline Tensor& zeta_out(Tensor& out, const Scalar& self, const Tensor& other) { return tealight::special_zeta_out(out, self, other); } }
namespace special { inline Tensor& zeta_outf(const Scalar& self, const Tensor& other, Tensor& out) { return tealight::special_zeta_outf(self, other, out); } }

}  // namespace tealight
