<?php

declare(strict_types=1);

namespace App;

use App\Api\Database;
use App\Api\Log;
use App\Api\Tokens;
use Doctrine\DBAL\Connection;
use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Bundle\FrameworkBundle\Kernel\MicroKernelTrait;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\HttpKernel\Exception\MethodNotAllowedHttpException;
use Symfony\Component\HttpKernel\Exception\NotFoundHttpException;
use Symfony\Component\HttpKernel\Kernel as BaseKernel;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

final class Kernel extends BaseKernel
{
    use MicroKernelTrait;

    public function registerBundles(): iterable
    {
        yield new FrameworkBundle();
    }

    public function getProjectDir(): string
    {
        return dirname(__DIR__);
    }

    protected function configureContainer(ContainerConfigurator $container): void
    {
        $container->extension('framework', [
            'secret' => '%env(APP_SECRET)%',
            'http_method_override' => false,
            // A stranger's wrong address is no error of the application.
            'exceptions' => [NotFoundHttpException::class => ['log_level' => 'info'], MethodNotAllowedHttpException::class => ['log_level' => 'info']],
        ]);
        $services = $container->services()->defaults()->autowire()->autoconfigure();
        $services->load('App\\', '../src/')->exclude(['../src/Entity', '../src/Controller', '../src/Kernel.php', '../src/Release.php', '../src/libraries.php']);
        $services->load('App\\Controller\\', '../src/Controller/')->public();
        $services->set(Connection::class)->factory([Database::class, 'connect'])->args(['%env(DATABASE_URL)%', '%env(DATABASE_CA)%']);
        $services->set('logger', Log::class)->args(['%kernel.logs_dir%/%kernel.environment%.log']);
        $services->set(Tokens::class)->args(['%kernel.project_dir%/config/jwt']);
    }

    protected function configureRoutes(RoutingConfigurator $routes): void
    {
        $routes->add('health', '/cms-api/v1/health')->controller(Controller\HealthController::class)->methods(['GET']);
        $routes->add('release', '/cms-api/v1/release')->controller(Controller\ReleaseController::class)->methods(['GET', 'POST']);
        $routes->add('login', '/cms-api/v1/auth/login')->controller(Controller\LoginController::class)->methods(['POST']);
        $routes->add('api', '/cms-api/{version}/{path}')->controller(Controller\ApiController::class)->requirements(['path' => '.+']);
    }
}
