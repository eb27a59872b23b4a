using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Certificates;

namespace Wandb.Operator.Tests.Certificates;

/// <summary>What is made, as clients judge it.</summary>
public sealed class TrustTests
{
    private static readonly CertificateTimes Times = new();
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["wandb-operator.wandb-operator.svc", "127.0.0.1"];
    private static readonly CertificateState First = CertificateChange.Of(new CertificatePlan.Issue(""), null, Names, Now, Times);

    [Fact]
    public void Serving_certificate_is_trusted_by_its_bundle_for_its_names_and_its_time()
    {
        Assert.True(IsTrusted(First, First.Bundle, Now));
        Assert.True(IsTrusted(First, First.Bundle, Now.AddMinutes(-59)));
        Assert.False(IsTrusted(First, First.Bundle, Now.AddDays(91)));
        using var certificate = First.Serving.Load();
        Assert.True(certificate.MatchesHostname(Names[0]));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.False(certificate.MatchesHostname("wandb-operator.other.svc"));
        Assert.Equal(Names, First.Serving.Names);
    }

    [Fact]
    public void Another_authority_does_not_trust_it()
    {
        var other = CertificateChange.Of(new CertificatePlan.Issue(""), null, Names, Now, Times);

        Assert.False(IsTrusted(First, other.Bundle, Now));
    }

    [Fact]
    public void After_a_rotation_the_old_bundle_and_the_new_one_trust_what_is_served_and_what_was_served()
    {
        var rotated = CertificateChange.Of(new CertificatePlan.Rotate(""), First, Names, Now, Times);
        var promoted = CertificateChange.Of(new CertificatePlan.Promote(""), rotated with { NextPublishedAt = Now }, Names, Now, Times);

        // A pod that was injected before the rotation knows the first bundle alone, for as long as it lives.
        Assert.True(IsTrusted(promoted, First.Bundle, Now.AddDays(80)));
        Assert.True(IsTrusted(promoted, promoted.Bundle, Now));
        Assert.True(IsTrusted(promoted, rotated.Bundle, Now));
        // A replica that has not seen the Secret yet serves the old one.
        Assert.True(IsTrusted(First, promoted.Bundle, Now));
        Assert.True(IsTrusted(First, rotated.Bundle, Now));
    }

    [Fact]
    public void Pruned_authority_is_out_of_the_bundle()
    {
        var rotated = CertificateChange.Of(new CertificatePlan.Rotate(""), First, Names, Now, Times);
        var promoted = CertificateChange.Of(new CertificatePlan.Promote(""), rotated, Names, Now, Times);
        var pruned = CertificateChange.Of(new CertificatePlan.Prune(), promoted, Names, First.Serving.NotAfter, Times);

        Assert.True(CertificateBundle.Contains(promoted.Bundle, First.Authority.Pem));
        Assert.False(CertificateBundle.Contains(pruned.Bundle, First.Authority.Pem));
        Assert.True(IsTrusted(pruned, pruned.Bundle, Now));
    }

    [Fact]
    public void State_survives_the_Secret_in_every_phase()
    {
        var rotated = CertificateChange.Of(new CertificatePlan.Rotate(""), First, Names, Now, Times);
        var published = CertificateChange.Of(new CertificatePlan.Publish(), rotated, Names, Now, Times);
        var promoted = CertificateChange.Of(new CertificatePlan.Promote(""), published, Names, Now, Times);

        foreach (var state in new[] { First, rotated, published, promoted })
            Assert.Equal(Text(state), Text(CertificateSecret.Read(Secret(state))!));
    }

    [Fact]
    public void Writing_keeps_what_others_wrote_and_removes_what_is_over()
    {
        var rotated = CertificateChange.Of(new CertificatePlan.Rotate(""), First, Names, Now, Times);
        var before = JsonObject.Create(Secret(CertificateChange.Of(new CertificatePlan.Publish(), rotated, Names, Now, Times)))!;
        before["metadata"]!["resourceVersion"] = "7";
        before["metadata"]!["labels"]!["theirs"] = "x";
        before["data"]!["theirs"] = "eA==";

        var after = JsonNode.Parse(CertificateSecret.Write("ns", "s", First, JsonSerializer.SerializeToElement(before)))!;

        Assert.Equal("7", (string?)after["metadata"]!["resourceVersion"]);
        Assert.Equal("x", (string?)after["metadata"]!["labels"]!["theirs"]);
        Assert.Equal(["ca.crt", "ca.key", "theirs", "tls.crt", "tls.key"], after["data"]!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Empty(after["metadata"]!["annotations"]!.AsObject());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"ca.crt":"!"}}""")]
    [InlineData("""{"data":{"ca.crt":"eA==","ca.key":"eA==","tls.crt":"eA==","tls.key":"eA=="}}""")]
    public void Secret_with_anything_else_holds_no_state(string json) => Assert.Null(CertificateSecret.Read(JsonElement.Parse(json)));

    [Fact]
    public void Key_of_another_certificate_is_noticed()
    {
        var other = CertificateChange.Of(new CertificatePlan.Issue(""), null, Names, Now, Times);

        Assert.Null(IssuedCertificate.Read(First.Serving.Pem, other.Serving.KeyPem));
    }

    [Fact]
    public void Patch_touches_the_bundles_that_differ_and_nothing_else()
    {
        var right = CertificateBundle.Encode(First.Bundle);
        var configuration = JsonElement.Parse($$$"""
            {"webhooks":[
              {"name":"a","clientConfig":{"caBundle":"{{{right}}}"}},
              {"name":"b","clientConfig":{"url":"https://x"}},
              {"name":"c","clientConfig":{"caBundle":"Cg=="}},
              {"name":"d","clientConfig":{"caBundle":"no base64"}}]}
            """);

        var patch = WebhookBundle.Patch(configuration, First.Bundle)!;

        Assert.Equal(
            ["test /webhooks/1/name b", $"add /webhooks/1/clientConfig/caBundle {right}", "test /webhooks/2/name c", $"add /webhooks/2/clientConfig/caBundle {right}", "test /webhooks/3/name d", $"add /webhooks/3/clientConfig/caBundle {right}"],
            patch.Select(operation => $"{operation!["op"]} {operation["path"]} {operation["value"]}"));
        Assert.Null(WebhookBundle.Patch(JsonElement.Parse("{}"), First.Bundle));
    }

    private static bool IsTrusted(CertificateState served, string bundle, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(bundle);
        chain.ChainPolicy.ExtraStore.ImportFromPem(served.CrossPem ?? "");
        using var certificate = served.Serving.Load();
        return chain.Build(certificate);
    }

    private static JsonElement Secret(CertificateState state) => JsonElement.Parse(CertificateSecret.Write("ns", "s", state, null));

    private static string Text(CertificateState state) => string.Join('|', state.Bundle, state.CrossPem, state.Serving, state.NextPublishedAt, string.Join(',', state.Retired));
}
