// Five pickles: a number that marks the format, its version, facts of the machine, the object, the
// keys of its storages. Then, for each key, the number of elements (int64) and their bytes.
#include "format/checkpoint/legacy.h"

#include "format/ptl_zip/torch_pickle.h"

namespace tealight {
namespace {

constexpr int64_t kVersion = 1001;
constexpr size_t kMarkSize = 15;  // of the first pickle, by which the file was recognised

class LegacyCheckpoint {
 public:
  LegacyCheckpoint(const ByteSource& source, const ReadOptions& options)
      : bytes_(source.all()), name_(source.name()), memory_(options, bytes_.size) {
    context_.types = &types_;
    context_.any_class = true;
    context_.storage = [this](const std::string& key, ScalarType dtype, int64_t numel) {
      return storage(key, dtype, numel);
    };
  }

  Value read() {
    at_ = kMarkSize;
    if (const Value v = next(); v != Value(kVersion))
      corrupt(str("the checkpoint's format has version ", repr(v), ", not ", kVersion));
    check_machine(next());
    const size_t object = at_;
    next();  // for its storages: some tensors need their bytes when they are built
    const Value keys = next();
    if (!keys.isList()) corrupt("the keys of the storages are no list");
    for (const Value& key : keys.toListRef().items) fill(key);
    at_ = object;
    return next();
  }

 private:
  struct Elements {
    intrusive_ptr<Storage> storage;
    ScalarType dtype;
  };

  Value next() {
    TorchPickleHost host(context_, memory_);
    Unpickler pickle(bytes_.span().subspan(at_), name_, host, memory_);
    Value v = pickle.load();
    at_ += pickle.position();
    return v;
  }

  static void check_machine(const Value& facts) {
    if (!facts.isGenericDict()) corrupt("no facts of the machine that wrote it");
    const Value* little = facts.toDictRef().find("little_endian");
    if (little && little->isBool() && !little->toBool())
      fail("the checkpoint was written on a big-endian machine", ErrorKind::unsupported);
  }

  // Its bytes come behind the pickles.
  intrusive_ptr<Storage> storage(const std::string& key, ScalarType dtype, int64_t numel) {
    Elements& e = storages_[key];
    const uint64_t size = uint64_t(numel) * element_size(dtype);
    if (!e.storage) {
      if (size / element_size(dtype) != uint64_t(numel) || size > bytes_.size)
        corrupt(str("a storage of ", numel, " elements in a file of ", bytes_.size, " bytes"));
      memory_.take(size, "reading a storage");
      e = {make_intrusive<Storage>(size_t(size)), dtype};
      if (size) std::memset(e.storage->data(), 0, size_t(size));
    }
    if (e.storage->nbytes() < size) corrupt(str("the storage '", key, "' comes in two sizes"));
    return e.storage;
  }

  void fill(const Value& key) {
    const auto at = storages_.find(key.toStringRef());
    if (at == storages_.end()) corrupt(str("the storage '", key.toStringRef(), "' is not used"));
    Reader in(bytes_.span().subspan(at_), name_, at_);
    const auto numel = in.number<int64_t>();
    const Elements& e = at->second;
    const size_t size = e.storage->nbytes();
    if (numel < 0 || uint64_t(numel) != size / element_size(e.dtype))
      in.fail(str("the storage '", at->first, "' has ", numel, " elements, not ",
                  size / element_size(e.dtype)));
    if (size) std::memcpy(e.storage->data(), in.take(size).data(), size);
    at_ += in.position();
  }

  Bytes bytes_;
  std::string name_;
  MemoryCap memory_;
  TypeTable types_;
  PickleContext context_;
  size_t at_ = 0;
  std::unordered_map<std::string, Elements> storages_;
};

}  // namespace

Value read_legacy_checkpoint(const ByteSource& source, const ReadOptions& options) {
  return LegacyCheckpoint(source, options).read();
}

}  // namespace tealight
