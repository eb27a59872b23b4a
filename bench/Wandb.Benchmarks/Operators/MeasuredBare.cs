using System.Diagnostics;
using System.Globalization;
using System.Net;
using Wandb.Benchmarks.Live;
using Wandb.Operator.Certificates;
using Wandb.Sandbox.Commands;
using Wandb.Sandbox.Demonstration;

namespace Wandb.Benchmarks.Operators;

/// <summary>`bare` as a process of its own, which ends with this object.</summary>
internal sealed class MeasuredBare : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wandb-bench-bare-");
    private readonly HeldPort port = new();
    private readonly Process process;
    private readonly string trusted;

    /// <param name="answer">What it says to everybody.</param>
    private MeasuredBare(string answer)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var times = new CertificateTimes();
        IssuedCertificate authority = CertificateMaker.Authority(now, times);
        IssuedCertificate serving = CertificateMaker.Serving(authority, [$"{port.Address.Address}"], now, times);
        trusted = authority.Pem;
        File.WriteAllText(Path.Combine(folder.FullName, BareCommand.CertificateFile), serving.Pem);
        File.WriteAllText(Path.Combine(folder.FullName, BareCommand.KeyFile), serving.KeyPem);
        File.WriteAllText(Path.Combine(folder.FullName, BareCommand.AnswerFile), answer);
        string[] arguments = [BareCommand.Name, folder.FullName, port.Address.Port.ToString(CultureInfo.InvariantCulture)];
        process = new Process { StartInfo = AgentProcess.StartInfo(typeof(MeasuredBare).Assembly.Location, arguments) };
    }

    public int ProcessId => process.Id;

    /// <summary>From the start of the process to the first answer over TLS.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>Processor time until then, which a busy machine changes less.</summary>
    public TimeSpan StartUpCpu { get; private set; }

    /// <param name="answer">What it says to everybody.</param>
    /// <param name="firstAnswer">As in <see cref="MeasuredOperator.StartAsync"/>.</param>
    public static async Task<MeasuredBare> StartAsync(string answer, Func<HttpClient, CancellationToken, Task> firstAnswer, CancellationToken cancellationToken)
    {
        var started = new MeasuredBare(answer);
        try
        {
            long begun = TimeProvider.System.GetTimestamp();
            started.process.Start();
            await FirstAnswer.WaitAsync(
                async stop =>
                {
                    using HttpClient first = started.Connect(HttpVersion.Version20);
                    await firstAnswer(first, stop);
                },
                started.ThrowIfOver,
                cancellationToken);
            started.StartUp = TimeProvider.System.GetElapsedTime(begun);
            started.StartUpCpu = AgentUse.Of(started.ProcessId).Cpu;
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <param name="version">See <see cref="FirstAnswer.Client"/>.</param>
    public HttpClient Connect(Version version) => FirstAnswer.Client(port.Address, trusted, version);

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
        port.Dispose();
        folder.Delete(recursive: true);
    }

    private void ThrowIfOver()
    {
        if (process.HasExited)
        {
            throw new InvalidOperationException($"the bare endpoint ended with status {process.ExitCode}");
        }
    }
}
