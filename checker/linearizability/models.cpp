// The list of models. The factory of each is in a file of its own.
#include "checker/linearizability/model.h"

namespace tribunal::checker::linearizability {

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds = {
      {"register", {"read", "write"}, "one value that is read and written", make_register},
      {"cas-register",
       {"read", "write", "cas"},
       "a register with compare-and-set, value [old new]",
       make_register},
      {"multi-register",
       {"txn"},
       "many registers, read and written at once: [[:read k v] [:write k v] ...]",
       make_multi_register},
      {"kv", {"get", "put", "append"}, "a string that is replaced or grows", make_kv},
      {"set", {"add", "read"}, "a set that grows; a read returns all of it", make_set},
      {"mutex", {"acquire", "release"}, "a lock that one client at a time can hold", make_mutex},
  };
  return kinds;
}

const ModelKind* find_model(const std::string& name) {
  for (const ModelKind& kind : model_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace tribunal::checker::linearizability
