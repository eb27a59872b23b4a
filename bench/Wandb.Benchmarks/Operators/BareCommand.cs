using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Wandb.Benchmarks.Operators;

/// <summary>
/// `bare FOLDER PORT`: the least that an admission webhook, or a receiver of reports, can be. It reads JSON over TLS, parses it and gives one answer to
/// all. What the operator costs beside it is the operator's own.
/// </summary>
internal static class BareCommand
{
    public const string Name = "bare";
    public const string CertificateFile = "tls.crt";
    public const string KeyFile = "tls.key";
    public const string AnswerFile = "answer.json";

    public static Command Create()
    {
        Argument<DirectoryInfo> folder = new("folder") { Description = $"Where {CertificateFile}, {KeyFile} and {AnswerFile} are." };
        Argument<int> port = new("port") { Description = "Of 127.0.0.1." };
        var command = new Command(Name, "Answers every review and report alike; `admissions` and `reports` start it to compare.") { folder, port };
        command.SetAction((parsed, cancellationToken) => ServeAsync(parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(port), cancellationToken));
        return command;
    }

    private static async Task ServeAsync(string folder, int port, CancellationToken cancellationToken)
    {
        byte[] answer = await File.ReadAllBytesAsync(Path.Combine(folder, AnswerFile), cancellationToken);
        using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate)));
        await using WebApplication app = builder.Build();
        app.Run(context => AnswerAsync(context, answer));
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task AnswerAsync(HttpContext context, byte[] answer)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        context.Response.StatusCode = body.RootElement.ValueKind == JsonValueKind.Object ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}
