using System.CommandLine;

namespace Wandb.Benchmarks.Sink;

/// <summary>`sink [--port N] [--https] [--gzip]`: runs until it is interrupted, then says what arrived.</summary>
internal static class SinkCommand
{
    public static readonly Option<bool> Https = new("--https") { Description = "Listen with TLS and a certificate made for this call." };
    public static readonly Option<bool> Gzip = new("--gzip") { Description = "Offer compressed file streams." };

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; default 0: a free one." };
        var command = new Command("sink", "A W&B server that counts what it is sent and keeps nothing.") { port, Https, Gzip };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Signals are handled from here on: who reads the address may end it.
            await Task.Yield();
            await using CountingSink sink = CountingSink.Start(new SinkOptions(parsed.GetValue(port), parsed.GetValue(Https), parsed.GetValue(Gzip)));
            Console.WriteLine($"WANDB_BASE_URL={sink.Url}");
            Console.WriteLine($"WANDB_API_KEY={SinkOptions.ApiKey}");
            if (sink.CertificatePem is { } certificate)
            {
                string file = Path.Combine(Path.GetTempPath(), $"wandb-sink-{sink.Url.Port}.pem");
                await File.WriteAllTextAsync(file, certificate, cancellationToken);
                Console.WriteLine($"SSL_CERT_FILE={file}");
            }

            await Interrupted(cancellationToken);
            Console.WriteLine(sink.Totals);
            return 0;
        });
        return command;
    }

    private static async Task Interrupted(CancellationToken cancellationToken)
    {
        var interrupted = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = cancellationToken.Register(interrupted.SetResult);
        await interrupted.Task;
    }
}
