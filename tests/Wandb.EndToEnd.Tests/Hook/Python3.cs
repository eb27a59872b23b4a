using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Wandb.EndToEnd.Tests.Hook;

/// <summary>The Python of this machine.</summary>
internal static class Python3
{
    /// <summary>Skips the test where there is none that the hook is for.</summary>
    public static async Task NeededAsync() =>
        Assert.SkipUnless(await SucceedsAsync(["python3", "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 8))"]), "Needs python3, 3.8 or later");

    public static async Task<bool> SucceedsAsync(string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}
