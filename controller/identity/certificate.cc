#include "controller/identity/certificate.h"

#include <openssl/bn.h>
#include <openssl/err.h>

namespace karkara {
namespace {

constexpr int kSerialBits = 127;  // RFC 5280 4.1.2.2: at most 20 bytes, positive

bool set_serial(X509* certificate) {
  BIGNUM* number = BN_new();
  const bool ok = number != nullptr && BN_rand(number, kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return ok;
}

bool set_names(X509* certificate, const std::string& common_name, const X509* issuer) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(common_name.size()), -1, 0) ==
             1 &&
         X509_set_issuer_name(certificate, issuer != nullptr ? X509_get_subject_name(issuer) : subject) == 1;
}

bool set_dates(X509* certificate, const CertificatePlan& plan) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), plan.not_before.seconds()) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), plan.not_after.seconds()) != nullptr;
}

bool add_extension(X509* certificate, const X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  const bool ok = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return ok;
}

// Built as objects and not from a text, so that no name can smuggle in another.
bool add_name(GENERAL_NAMES* names, int type, const std::string& text) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_OCTET_STRING* address = type == GEN_IPADD ? a2i_IPADDRESS(text.c_str()) : nullptr;
  if (type == GEN_IPADD) {
    GENERAL_NAME_set0_value(name, type, address);
  } else {
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
    GENERAL_NAME_set0_value(name, type, value);
  }
  return sk_GENERAL_NAME_push(names, name) > 0;
}

bool is_ip_address(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  const bool ok = address != nullptr;
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return ok;
}

bool add_alternative_names(X509* certificate, const CertificatePlan& plan) {
  const NamesHandle names{sk_GENERAL_NAME_new_null()};
  bool ok = names != nullptr && (plan.uri.empty() || add_name(names.get(), GEN_URI, plan.uri));
  for (const std::string& host : plan.hosts) {
    ok = ok && add_name(names.get(), is_ip_address(host) ? GEN_IPADD : GEN_DNS, host);
  }
  if (!ok || sk_GENERAL_NAME_num(names.get()) == 0) {
    return ok;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_uses(X509* certificate, const X509* issuer, CertificateUse use) {
  const bool root = use == CertificateUse::Root;
  bool ok = add_extension(certificate, issuer, NID_basic_constraints,
                          root ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
            add_extension(certificate, issuer, NID_key_usage,
                          root ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
            add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (!root) {
    ok = ok && add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
         add_extension(certificate, issuer, NID_ext_key_usage,
                       use == CertificateUse::Server ? "serverAuth" : "clientAuth");
  }
  return ok;
}

}  // namespace

Result<CertificateHandle> make_certificate(const CertificatePlan& plan, EVP_PKEY* subject_key, const X509* issuer,
                                           EVP_PKEY* issuer_key) {
  CertificateHandle certificate{X509_new()};
  X509* raw = certificate.get();
  const X509* signer = issuer != nullptr ? issuer : raw;
  const bool ok = raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
                  set_names(raw, plan.common_name, issuer) && set_dates(raw, plan) &&
                  X509_set_pubkey(raw, subject_key) == 1 && add_uses(raw, signer, plan.use) &&
                  add_alternative_names(raw, plan) && X509_sign(raw, issuer_key, EVP_sha256()) > 0;
  if (!ok) {
    return openssl_error("make the certificate of " + plan.common_name);
  }
  return certificate;
}

}  // namespace karkara
