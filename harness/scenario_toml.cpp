// Scenarios as TOML: a table of known keys, so that an unknown one is an error that names the
// nearest.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "harness/scenario.h"
#include "harness/spec_file.h"
#include "nemesis/script.h"

namespace tribunal::harness {
namespace {

// Where in the file a problem stands.
std::string at(const std::string& file, const toml::source_region& where) {
  return fmt::format("{}:{}:{}", file, where.begin.line, where.begin.column);
}

const char* kind(const toml::node& node) {
  if (node.is_string()) return "a string";
  if (node.is_integer()) return "an integer";
  if (node.is_floating_point()) return "a number";
  if (node.is_boolean()) return "true or false";
  if (node.is_array()) return "an array";
  if (node.is_table()) return "a table";
  return "a date";
}

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Result<Scenario> read(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const auto setter = setters().find(std::string(key.str()));
      if (setter == setters().end()) {
        std::vector<std::string> known;
        for (const auto& [name, unused] : setters()) known.push_back(name);
        return fail(at(file_, key.source()) + ": " +
                    unknown_name("key", std::string(key.str()), known));
      }
      (this->*setter->second)(node);
      if (!problem_.empty()) {
        return fail(fmt::format("{}: {}: {}", at(file_, node.source()), key.str(), problem_));
      }
    }
    if (auto status = make_faults(); !status) return Failure{status.error()};
    return scenario_;
  }

 private:
  using Setter = void (Reader::*)(const toml::node&);
  static const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> table = {
        {"name", &Reader::set_name},
        {"description", &Reader::set_description},
        {"entry", &Reader::set_entry},
        {"mode", &Reader::set_mode},
        {"workload", &Reader::set_workload},
        {"spec", &Reader::set_spec},
        {"nemesis", &Reader::set_nemesis},
        {"cluster", &Reader::set_cluster},
        {"latency", &Reader::set_latency},
        {"nodes", &Reader::set_nodes},
        {"concurrency", &Reader::set_concurrency},
        {"rate", &Reader::set_rate},
        {"time", &Reader::set_time},
        {"recovery", &Reader::set_recovery},
        {"timeout", &Reader::set_timeout},
        {"retry", &Reader::set_retry},
        {"session", &Reader::set_session},
        {"contact", &Reader::set_contact},
        {"timeouts", &Reader::set_timeouts},
        {"seed", &Reader::set_seed},
        {"seeds", &Reader::set_seeds},
        {"expect", &Reader::set_expect},
        {"verdict", &Reader::set_verdict},
        {"fault", &Reader::set_faults},
        {"operation", &Reader::set_operations},
        {"detect", &Reader::set_detect},
        {"weakest-violated", &Reader::set_weakest_violated},
        {"lost", &Reader::set_lost},
    };
    return table;
  }

  void expected(const char* what, const toml::node& found) {
    problem_ = fmt::format("expected {}, found {}", what, kind(found));
  }
  void text(const toml::node& node, std::string& into) {
    if (const auto* value = node.as_string())
      into = value->get();
    else
      expected("a string", node);
  }
  void duration(const toml::node& node, Duration& into) {
    const auto* value = node.as_string();
    if (value == nullptr) return expected("a duration such as \"10s\"", node);
    const auto parsed = parse_duration(value->get());
    if (parsed)
      into = *parsed;
    else
      problem_ = parsed.error().message;
  }
  template <class T>
  void integer(const toml::node& node, T& into, std::int64_t minimum, std::int64_t maximum) {
    const auto* value = node.as_integer();
    if (value == nullptr) return expected("an integer", node);
    if (value->get() < minimum || value->get() > maximum) {
      problem_ = fmt::format("expected {} to {}, found {}", minimum, maximum, value->get());
      return;
    }
    into = static_cast<T>(value->get());
  }

  void set_name(const toml::node& node) { text(node, scenario_.name); }
  void set_description(const toml::node& node) { text(node, scenario_.description); }
  void set_entry(const toml::node& node) { text(node, scenario_.entry); }
  void set_mode(const toml::node& node) { text(node, scenario_.mode); }
  void set_workload(const toml::node& node) { text(node, scenario_.workload); }
  void set_spec(const toml::node& node) { text(node, scenario_.spec); }
  void set_nemesis(const toml::node& node) { text(node, scenario_.nemesis); }
  void set_cluster(const toml::node& node) { text(node, scenario_.cluster); }
  void set_latency(const toml::node& node) { text(node, scenario_.latency); }
  void set_time(const toml::node& node) { duration(node, scenario_.time); }
  void set_recovery(const toml::node& node) { duration(node, scenario_.recovery); }
  void set_timeout(const toml::node& node) { duration(node, scenario_.timeout); }
  void set_nodes(const toml::node& node) { integer(node, scenario_.nodes, 1, 64); }
  void set_concurrency(const toml::node& node) { integer(node, scenario_.concurrency, 1, 10'000); }
  void set_seeds(const toml::node& node) { integer(node, scenario_.seeds, 1, 1'000'000); }
  void set_detect(const toml::node& node) { integer(node, scenario_.detect, 1, 1'000'000); }
  // TOML integers are signed; seeds above 2^63 are written as strings.
  void set_seed(const toml::node& node) {
    if (const auto* value = node.as_string()) {
      const auto parsed = parse_seed(value->get());
      if (parsed)
        scenario_.seed = *parsed;
      else
        problem_ = parsed.error().message;
      return;
    }
    integer(node, scenario_.seed, 0, std::numeric_limits<std::int64_t>::max());
  }
  void set_rate(const toml::node& node) {
    if (const auto number = node.value<double>())
      scenario_.rate = *number;
    else
      expected("a number", node);
  }
  void boolean(const toml::node& node, bool& into) {
    if (const auto* value = node.as_boolean())
      into = value->get();
    else
      expected("true or false", node);
  }
  void set_retry(const toml::node& node) { boolean(node, scenario_.retry); }
  void set_session(const toml::node& node) { boolean(node, scenario_.session); }
  void set_contact(const toml::node& node) { text(node, scenario_.contact); }
  void set_timeouts(const toml::node& node) { text(node, scenario_.timeouts); }
  void models(const toml::node& node, std::vector<std::string>& into) {
    const auto* list = node.as_array();
    if (list == nullptr) return expected("an array of consistency models", node);
    for (const auto& item : *list) {
      const auto* name = item.as_string();
      if (name == nullptr) return expected("an array of strings", item);
      into.push_back(name->get());
    }
  }
  void set_expect(const toml::node& node) { models(node, scenario_.expect); }
  void set_weakest_violated(const toml::node& node) { models(node, scenario_.weakest_violated); }
  void set_lost(const toml::node& node) {
    const auto* range = node.as_array();
    const auto bound = [&](std::size_t i) {
      const auto value = range->get(i)->value<double>();
      return value && *value >= 0 && *value <= 100 ? *value : -1;
    };
    if (range == nullptr || range->size() != 2 || bound(0) < 0 || bound(1) < bound(0)) {
      return expected("two percentages such as [30, 70], the smaller one first", node);
    }
    scenario_.lost = {bound(0), bound(1)};
  }
  void set_verdict(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return expected("a table: model = true or false", node);
    for (const auto& [model, holds] : *table) {
      const auto* value = holds.as_boolean();
      if (value == nullptr) return expected("true or false for each model", holds);
      scenario_.verdict[std::string(model.str())] = value->get();
    }
  }
  void set_faults(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr) return expected("tables, each headed [[fault]]", node);
    for (const auto& item : *list) {
      const auto* table = item.as_table();
      if (table == nullptr) return expected("tables, each headed [[fault]]", item);
      FaultFields fields{{}, item.source()};
      for (const auto& [key, value] : *table) {
        if (const auto* string = value.as_string())
          fields.values[std::string(key.str())] = string->get();
        else if (const auto* integral = value.as_integer())
          fields.values[std::string(key.str())] = std::to_string(integral->get());
        else
          return expected("a string or an integer for each field", value);
      }
      faults_.push_back(std::move(fields));
    }
  }

  void set_operations(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr) return expected("tables, each headed [[operation]]", node);
    for (const auto& item : *list) {
      const auto* table = item.as_table();
      if (table == nullptr) return expected("tables, each headed [[operation]]", item);
      std::map<std::string, std::string> fields;
      for (const auto& [key, value] : *table) {
        if (const auto* string = value.as_string())
          fields[std::string(key.str())] = string->get();
        else if (const auto* integral = value.as_integer())
          fields[std::string(key.str())] = std::to_string(integral->get());
        else
          return expected("a string or an integer for each field", value);
      }
      auto operation = workloads::make_scripted(fields);
      if (!operation) {
        problem_ = fmt::format("line {}: {}", item.source().begin.line, operation.error().message);
        return;
      }
      scenario_.operations.push_back(*std::move(operation));
    }
  }

  // Only now, when the number of nodes is known for certain, wherever it stood in the file.
  Status make_faults() {
    for (const FaultFields& fields : faults_) {
      auto fault = nemesis::make_fault(fields.values, scenario_.nodes);
      if (!fault) return fail(at(file_, fields.where) + ": fault: " + fault.error().message);
      scenario_.faults.push_back(*std::move(fault));
    }
    std::stable_sort(scenario_.faults.begin(), scenario_.faults.end(),
                     [](const auto& a, const auto& b) { return a.start < b.start; });
    return {};
  }

  struct FaultFields {
    std::map<std::string, std::string> values;
    toml::source_region where;
  };
  std::string file_;
  Scenario scenario_;
  std::vector<FaultFields> faults_;
  std::string problem_;
};

toml::table to_table(const Scenario& s) {
  toml::table table{
      {"name", s.name},
      {"mode", s.mode},
      {"workload", s.workload},
      {"nemesis", s.nemesis},
      {"cluster", s.cluster},
      {"latency", s.latency},
      {"nodes", s.nodes},
      {"concurrency", static_cast<std::int64_t>(s.concurrency)},
      {"rate", s.rate},
      {"time", show_duration(s.time)},
      {"recovery", show_duration(s.recovery)},
      {"timeout", show_duration(s.timeout)},
      {"retry", s.retry},
      {"session", s.session},
      {"contact", s.contact},
      {"timeouts", s.timeouts},
      {"seeds", static_cast<std::int64_t>(s.seeds)},
  };
  if (s.seed <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    table.insert("seed", static_cast<std::int64_t>(s.seed));
  } else {
    table.insert("seed", std::to_string(s.seed));
  }
  if (!s.spec.empty()) table.insert("spec", s.spec);
  if (!s.description.empty()) table.insert("description", s.description);
  if (!s.entry.empty()) table.insert("entry", s.entry);
  if (s.detect != 1) table.insert("detect", static_cast<std::int64_t>(s.detect));
  const auto insert_models = [&](const char* key, const std::vector<std::string>& models) {
    toml::array array;
    for (const std::string& model : models) array.push_back(model);
    if (!models.empty()) table.insert(key, std::move(array));
  };
  insert_models("expect", s.expect);
  insert_models("weakest-violated", s.weakest_violated);
  if (s.lost) table.insert("lost", toml::array{s.lost->first, s.lost->second});
  if (!s.verdict.empty()) {
    toml::table verdict;
    for (const auto& [model, holds] : s.verdict) verdict.insert(model, holds);
    table.insert("verdict", std::move(verdict));
  }
  if (!s.operations.empty()) {
    toml::array operations;
    for (const workloads::Scripted& operation : s.operations) {
      toml::table fields;
      for (const auto& [key, value] : workloads::fields_of(operation)) fields.insert(key, value);
      operations.push_back(std::move(fields));
    }
    table.insert("operation", std::move(operations));
  }
  if (!s.faults.empty()) {
    toml::array faults;
    for (const nemesis::Fault& fault : s.faults) {
      toml::table fields;
      for (const auto& [key, value] : nemesis::fields_of(fault)) fields.insert(key, value);
      faults.push_back(std::move(fields));
    }
    table.insert("fault", std::move(faults));
  }
  return table;
}

// Whether a text can stand in the file as it is: between three quotes a newline at the beginning is
// not read, and the other characters end the text, or are read as others.
bool is_literal(const std::string& text) {
  return !text.starts_with('\n') && text.find("'''") == std::string::npos &&
         text.find('\r') == std::string::npos;
}

}  // namespace

Result<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
    return fail(fmt::format("seed: expected an integer from 0 to 18446744073709551615, found {}",
                            quote(text)));
  }
  return seed;
}

Result<Scenario> parse_scenario(const std::string& text, const std::string& file) {
  try {
    const toml::table table = toml::parse(text, file);
    return Reader(file).read(table);
  } catch (const toml::parse_error& error) {
    return fail(at(file, error.source()) + ": " + std::string(error.description()));
  }
}

Result<Scenario> read_scenario(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return fail(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  }
  auto scenario = parse_scenario(text.str(), path);
  if (!scenario) return scenario;
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (auto status = load_specification(*scenario, directory); !status) {
    return fail(fmt::format("{}: {}", path, status.error().message));
  }
  return scenario;
}

std::string write_scenario(const Scenario& scenario) {
  const toml::table table = to_table(scenario);
  const auto flags = toml::toml_formatter::default_flags;
  const auto escaped = flags & ~(toml::format_flags::allow_literal_strings |
                                 toml::format_flags::allow_multi_line_strings);
  std::ostringstream out;
  out << toml::toml_formatter(table, is_literal(scenario.spec) ? flags : escaped) << "\n";
  return out.str();
}

}  // namespace tribunal::harness
