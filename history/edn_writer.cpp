// Histories as Jepsen writes them: one plain map a line.
#include "history/edn_syntax.h"
#include "history/files.h"

namespace tribunal::history {

void write_edn_event(const History& history, std::uint32_t at, std::string& out) {
  const Event event = history.event(at);
  out.append("{:index ").append(std::to_string(at));
  if (event.time != Time::min()) out.append(", :time ").append(std::to_string(event.time.count()));
  out.append(", :type :").append(name(event.type)).append(", :process ");
  if (event.process == Process::nemesis) {
    out += ":nemesis";
  } else {
    out += std::to_string(index(event.process));
  }
  out += ", :f ";
  const std::string& f = history.name(event.f);
  if (event.f == Symbol::none) {
    out += "nil";
  } else if (is_plain_keyword(f)) {
    show_keyword(f, out);
  } else {
    show_string(f, out);
  }
  out += ", :value ";
  if (event.has_key) {
    out += '[';
    history.value(event.key).show_to(out);
    out += ' ';
  }
  history.value(event.value).show_to(out);
  if (event.has_key) out += ']';
  if (event.node != no_node) {
    out.append(", :node \"n").append(std::to_string(event.node + 1)).append("\"");
  }
  if (!event.error.is_nil()) {
    out += ", :error ";
    history.value(event.error).show_to(out);
  }
  if (event.producers != -1) out.append(", :producers ").append(std::to_string(event.producers));
  if (event.has_key) out += ", :independent true";
  out += "}\n";
}

void write_edn(const History& history, std::string& out) {
  if (history.empty()) out += "[]\n";
  for (std::uint32_t i = 0; i < history.size(); ++i) write_edn_event(history, i, out);
}

}  // namespace tribunal::history
