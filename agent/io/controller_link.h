// The agent's whole link to the controller: the identity on disk, enrolment while there is none, the session, and the
// renewal of the certificate. It only wires these together and tells of them. Made by main.cc; all its methods are
// called on the loop's thread; nothing of it blocks on the network.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/facts/effects.h"
#include "agent/io/certificate_renewal.h"
#include "agent/io/controller_calls.h"
#include "agent/io/controller_session.h"
#include "agent/io/enrolment_client.h"
#include "agent/io/event_sink.h"
#include "agent/io/identity_files.h"
#include "common/host/log.h"

namespace karkara {

struct LinkSettings {
  std::string state_dir;
  SessionSettings session;
  EnrolmentSettings enrolment;
  RenewalSettings renewal;
};

class ControllerLink {
 public:
  // What the echo prober needs, each time that it becomes known.
  using AnchorKeyKnown = std::function<void(const AnchorKey&)>;

  // All references must outlive the link; io also what gRPC's threads may still post: it is destroyed after the link.
  ControllerLink(boost::asio::io_context& io, FileSystem& files, EventSink sink, const Clock& clock, Log& log,
                 LinkSettings settings, AnchorKeyKnown anchor_key_known);
  ~ControllerLink();
  ControllerLink(const ControllerLink&) = delete;
  ControllerLink& operator=(const ControllerLink&) = delete;

  void start();  // -> IdentityKnown when there is one, or else SessionTrying
  void allow(bool allowed);
  void hurry(const std::string& why);
  void describe(DescribeSelf self);
  void send(SendBlock block);
  void send(SendAlarm alarm);
  void send(SendState state);
  void answer(const AnswerRequest& answer);  // those of channel 0
  void stop();

 private:
  void load();
  void know(const Bundle& bundle, const CertificateFacts* facts);
  void adopt(const Identity& identity);
  void on_enrolled(Identity identity);
  void on_renewed(const Identity& identity);
  void save(std::function<Status()> deed);
  void note(MessageId id, const std::string& why);

  EventSink sink_;
  Log& log_;
  AnchorKeyKnown anchor_key_known_;
  IdentityFiles files_;
  ControllerCalls calls_;
  ControllerSession session_;
  EnrolmentClient enrolment_;
  CertificateRenewal renewal_;
  boost::asio::steady_timer save_again_;
  bool enrolled_ = false;
};

}  // namespace karkara
