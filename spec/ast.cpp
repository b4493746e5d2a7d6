#include "spec/ast.h"

#include <array>

namespace tribunal::spec {

const char* name_of(Kind kind) {
  constexpr std::array<const char*, 8> names{"counter", "max",   "min",   "gset",
                                             "tpset",   "awset", "rwset", "lww"};
  return names[static_cast<std::size_t>(kind)];
}

std::string name_of(const Spec& spec, Type type) {
  switch (type.base) {
    case Type::Base::integer:
      return "int";
    case Type::Base::boolean:
      return "bool";
    case Type::Base::sort:
      return spec.sorts[type.index].name;
    case Type::Base::enumeration:
      break;
  }
  return spec.enums[type.index].name;
}

}  // namespace tribunal::spec
