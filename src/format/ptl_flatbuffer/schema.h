// Numbers of the fields of PyTorch's mobile_bytecode.fbs, by table.
#pragma once
#include <cstdint>

namespace tealight::ptmf {

struct Module {
  enum {
    bytecode_version,
    extra_files,
    methods,
    state_obj,
    ivalues,
    storage_data_size,
    storage_data,
    object_types,
    jit_sources,
    jit_constants,
    operator_version,
    mobile_ivalue_size
  };
};
struct IValue {
  enum { val_type, val };
};
enum class Kind : uint8_t {
  None,
  Int,
  Bool,
  Double,
  ComplexDouble,
  TensorMetadata,
  String,
  List,
  Tuple,
  Dict,
  Object,
  IntList,
  DoubleList,
  BoolList,
  Device,
  EnumValue,
  Function,
};
struct TensorMetadata {
  enum {
    storage_location_index,
    scalar_type,
    storage_offset,
    sizes,
    strides,
    requires_grad,
    quantized_schema
  };
};
struct QuantizedSchema {
  enum { qscheme, scale, zero_point, scales, zero_points, axis };
};
struct String {
  enum { data };
};
struct Items {
  enum { items, annotation };
};  // List, Tuple, IntList, DoubleList, BoolList
struct Dict {
  enum { keys, values, annotation };
};
struct Device {
  enum { str };
};
struct EnumValue {
  enum { type_name, value };
};
struct Object {
  enum { type_index, state, attrs, setstate_func };
};
struct ObjectType {
  enum { type_name, type, attr_names };
};
enum class ObjectKind : uint8_t {
  Unset,
  ClassWithField,
  CustomClass,
  ClassWithSetstate,
  NonObject
};
struct Function {
  enum {
    qn,
    instructions,
    operators,
    constants,
    type_annotations,
    register_size,
    schema,
    debug_info,
    class_type
  };
};
struct Operator {
  enum { name, overload_name, num_args_serialized };
};
struct Schema {
  enum { arguments, returns };
};
struct Arg {
  enum { name, type, default_value };
};
struct DebugInfo {
  enum { debug_handle };
};
struct ExtraFile {
  enum { name, content };
};
struct StorageData {
  enum { data };
};

/// As it lies in the file.
struct Instruction {
  int8_t op;
  int8_t padding;
  uint16_t n;
  int32_t x;
};
static_assert(sizeof(Instruction) == 8);

}  // namespace tealight::ptmf
